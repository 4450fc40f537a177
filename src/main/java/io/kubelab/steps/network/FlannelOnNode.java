package io.kubelab.steps.network;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.settings.Cidr;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node has its part of the pod network, so that a pod's first attempt succeeds. A node that was
 * forgotten by the cluster and has come back has another part: a flannel that runs there still, and
 * asks for a part only when it starts, is started anew, and the bridge of the old part, which the
 * plugin would refuse, is removed.
 *
 * <pre>{@code
 * - flannel_on_node
 * }</pre>
 */
public record FlannelOnNode() implements ClusterStep {
    private static final String SUBNET = "/run/flannel/subnet.env";
    private static final String KEY = "FLANNEL_SUBNET=";
    private static final String BRIDGE = "cni0";
    private static final String NAMESPACE = "kube-flannel";

    @Override
    public String title() {
        return "flannel has given the node its addresses";
    }

    @Override
    public Diff diff(Target target) {
        NetworkState ours = NetworkState.ofHost();
        target.askTogether(new FileText(SUBNET), ours);
        Optional<String> gateway = target.ask(new FileText(SUBNET)).flatMap(FlannelOnNode::gateway);
        Optional<Node> node = node(target);
        Optional<String> range = node.flatMap(n -> n.text("spec", "podCIDR"));
        List<Change> older =
                gateway.isPresent() && range.filter(r -> !isIn(gateway.get(), r)).isPresent()
                        ? olderPods(target, node.orElseThrow())
                        : List.of();
        if (!older.isEmpty()) {
            return new Diff.Needs(older);
        }
        if (gateway.isEmpty() || range.filter(r -> isIn(gateway.get(), r)).isEmpty()) {
            return new Diff.Pending(
                    "flannel to write %s%s"
                            .formatted(SUBNET, range.map(r -> " with " + r).orElse("")),
                    Duration.ofMinutes(6),
                    new Wake.Every(Duration.ofMillis(250)),
                    "Look at its log: kubectl -n kube-flannel logs -l app=flannel --all-containers.");
        }
        boolean stale =
                target.ask(ours).addresses().stream()
                        .anyMatch(
                                a -> a.link().equals(BRIDGE) && !a.address().equals(gateway.get()));
        return stale
                ? Diff.needs(
                        new Change.Run(
                                ours.ip("link", "delete", BRIDGE),
                                Duration.ofSeconds(10),
                                "Run 'ip address show %s' on the node.".formatted(BRIDGE)))
                : Diff.inOrder("pods get addresses of " + range.orElseThrow());
    }

    /** Its {@code podCIDR} is the part of the pod network that the cluster gives this node. */
    private static Optional<Node> node(Target target) {
        return target.ask(new ClusterObjects("v1", "Node", "")).stream()
                .filter(n -> n.text("metadata", "name").equals(Optional.of(target.host().name())))
                .findFirst();
    }

    /** Takes away flannel's pods on the node that were there before the cluster knew this node. */
    private static List<Change> olderPods(Target target, Node node) {
        return target.ask(new ClusterObjects("v1", "Pod", NAMESPACE)).stream()
                .filter(pod -> pod.text("spec", "nodeName").equals(node.text("metadata", "name")))
                .filter(pod -> created(pod).isBefore(created(node)))
                .flatMap(pod -> pod.text("metadata", "name").stream())
                .<Change>map(name -> new Change.Delete(new ObjectRef("v1", "Pod", NAMESPACE, name)))
                .toList();
    }

    private static Instant created(Node object) {
        return object.text("metadata", "creationTimestamp").map(Instant::parse).orElse(Instant.MAX);
    }

    /** The bridge's address in it, with its prefix. */
    private static Optional<String> gateway(String file) {
        return file.lines()
                .filter(line -> line.startsWith(KEY))
                .map(line -> line.substring(KEY.length()).strip())
                .findFirst();
    }

    /** The bridge has the first address of the range. */
    private static boolean isIn(String gateway, String range) {
        Cidr cidr = new Cidr(range);
        return gateway.equals(cidr.address(1) + "/" + cidr.prefix());
    }
}
