package io.kubelab.steps.cluster;

import io.kubelab.document.Node;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes have the labels and taints that kubelet and kubeadm gave them when they joined and
 * never again, and none is cordoned. Taints of other names are their owner's: they are told.
 *
 * <pre>{@code
 * - node_marks
 * }</pre>
 */
public record NodeMarks() implements ClusterStep {
    static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
    private static final Map<String, String> OF_CONTROL_PLANES =
            Map.of(
                    CONTROL_PLANE,
                    "",
                    "node.kubernetes.io/exclude-from-external-load-balancers",
                    "");

    /** Taints that controllers set and take away by what they see. */
    private static final List<String> AUTOMATIC =
            List.of("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/");

    @Override
    public String title() {
        return "the nodes are marked as they joined, and open to pods";
    }

    @Override
    public Diff diff(Target target) {
        Map<String, Node> nodes =
                target.ask(new ClusterObjects("v1", "Node", "")).stream()
                        .collect(
                                Collectors.toMap(
                                        node -> node.text("metadata", "name").orElse(""),
                                        node -> node));
        Set<String> controlPlanes =
                target.lab().inventory().controlPlanes().stream()
                        .map(Host::name)
                        .collect(Collectors.toSet());
        var changes = new ArrayList<Change>();
        var notices = new ArrayList<String>();
        for (Host host : target.lab().inventory().nodes()) {
            Node node = nodes.get(host.name());
            if (node != null) {
                boolean controlPlane = controlPlanes.contains(host.name());
                changes.addAll(changes(host.name(), node, controlPlane));
                notices.addAll(notices(host.name(), node));
            }
        }
        return changes.isEmpty()
                ? new Diff.InOrder("no mark is missing", notices)
                : new Diff.Needs(changes);
    }

    private static List<Change> changes(String name, Node node, boolean controlPlane) {
        var changes = new ArrayList<Change>();
        var missing = new TreeSet<String>();
        labels(name, node, controlPlane)
                .forEach((key, value) -> {
                    if (!node.text("metadata", "labels", key).equals(Optional.of(value))) {
                        missing.add(key + "=" + value);
                    }
                });
        if (!missing.isEmpty()) {
            var argv = new ArrayList<>(List.of("label", "node", name, "--overwrite"));
            argv.addAll(missing);
            changes.add(kubectl(argv));
        }
        if (controlPlane && taints(node).stream().noneMatch(t -> isKey(t, CONTROL_PLANE))) {
            changes.add(kubectl(List.of("taint", "node", name, CONTROL_PLANE + ":NoSchedule")));
        }
        if (node.text("spec", "unschedulable").filter("true"::equals).isPresent()) {
            changes.add(kubectl(List.of("uncordon", name)));
        }
        return changes;
    }

    /** What it is called and made for, as the kubelet says it, and the role. */
    private static Map<String, String> labels(String name, Node node, boolean controlPlane) {
        var labels = new TreeMap<>(Map.of("kubernetes.io/hostname", name));
        node.text("status", "nodeInfo", "architecture")
                .ifPresent(architecture -> labels.put("kubernetes.io/arch", architecture));
        node.text("status", "nodeInfo", "operatingSystem")
                .ifPresent(system -> labels.put("kubernetes.io/os", system));
        if (controlPlane) {
            labels.putAll(OF_CONTROL_PLANES);
        }
        return labels;
    }

    private static List<String> notices(String name, Node node) {
        return taints(node).stream()
                .filter(t -> !isKey(t, CONTROL_PLANE))
                .filter(t -> AUTOMATIC.stream().noneMatch(t.text("key").orElse("")::startsWith))
                .filter(t -> !"PreferNoSchedule".equals(t.text("effect").orElse("")))
                .map(NodeMarks::shown)
                .map(taint ->
                        "%s has a taint of yours, %s, that keeps pods off; 'kubelab kubectl taint node %s %s-' takes it away"
                                .formatted(name, taint, name, taint))
                .toList();
    }

    private static List<Node> taints(Node node) {
        return node.list("spec", "taints");
    }

    private static boolean isKey(Node taint, String key) {
        return taint.text("key").filter(key::equals).isPresent();
    }

    private static String shown(Node taint) {
        String value = taint.text("value").orElse("");
        return "%s%s:%s"
                .formatted(
                        taint.text("key").orElse(""),
                        value.isEmpty() ? "" : "=" + value,
                        taint.text("effect").orElse(""));
    }

    private static Change kubectl(List<String> arguments) {
        var argv = new ArrayList<>(List.of("kubectl", "--kubeconfig", Kubeadm.ADMIN_CONF));
        argv.addAll(arguments);
        return new Change.Run(
                Command.of(argv),
                Duration.ofSeconds(20),
                "Run the same kubectl on the control plane to see why.");
    }
}
