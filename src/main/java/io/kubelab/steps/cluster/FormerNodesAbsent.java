package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.cluster.Etcd.Member;
import io.kubelab.steps.facts.ClusterObjects;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster has no nodes that the lab no longer names: their pods are evicted first, as budgets
 * for disruption allow, and etcd counts them no more.
 *
 * <pre>{@code
 * - former_nodes_absent
 * }</pre>
 */
public record FormerNodesAbsent() implements ClusterStep {
    @Override
    public String title() {
        return "nodes that the lab no longer names are gone";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> named =
                target.lab().inventory().nodes().stream()
                        .map(Host::name)
                        .collect(Collectors.toSet());
        Map<String, Node> former =
                target.ask(new ClusterObjects("v1", "Node", "")).stream()
                        .filter(node -> !named.contains(name(node)))
                        .collect(
                                Collectors.toMap(
                                        FormerNodesAbsent::name,
                                        n -> n,
                                        (a, _) -> a,
                                        TreeMap::new));
        var changes = new ArrayList<Change>();
        for (String name : former.keySet()) {
            changes.add(
                    new Change.RunLong(
                            "drain-" + name,
                            drain(name),
                            Kubeadm.PATIENCE,
                            "A PodDisruptionBudget may forbid it, or a finalizer; 'kubectl get pods -A --field-selector spec.nodeName=%s' shows what is left there."
                                    .formatted(name)));
            if (former.get(name).at("metadata", "labels", NodeMarks.CONTROL_PLANE).isPresent()) {
                members(target, name).map(Etcd::removal).forEach(changes::add);
            }
            changes.add(new Change.Delete(new ObjectRef("v1", "Node", "", name)));
        }
        return Diff.of(changes, "there are none");
    }

    private static String name(Node node) {
        return node.text("metadata", "name").orElse("");
    }

    /** kubeadm calls them as it calls the node. */
    private static Stream<Member> members(Target target, String node) {
        String listing =
                target.ask(new Etcd.Listing())
                        .orElseThrow(() ->
                                new ClusterFailed(
                                        target.host().name(),
                                        "its etcd doesn't answer, so %s can't leave it"
                                                .formatted(node),
                                        "It answers while more than half of the control planes are there; run the same command again when they are."));
        return Etcd.members(target, listing).stream().filter(m -> m.name().equals(node));
    }

    /** A kubelet that is no more never says that its pods have ended: they are not waited for. */
    private static Command drain(String node) {
        return Command.of(
                "kubectl",
                "--kubeconfig",
                Kubeadm.ADMIN_CONF,
                "drain",
                node,
                "--ignore-daemonsets",
                "--delete-emptydir-data",
                "--force",
                "--skip-wait-for-delete-timeout=20",
                "--timeout=5m");
    }
}
