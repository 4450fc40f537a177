package io.kubelab.steps.network;

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
import java.util.Optional;

/**
 * The node has its part of the pod network, so that a pod's first attempt succeeds. A node that was
 * forgotten by the cluster and has come back has another part: the bridge of the old one, which the
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

    @Override
    public String title() {
        return "flannel has given the node its addresses";
    }

    @Override
    public Diff diff(Target target) {
        NetworkState ours = NetworkState.ofHost();
        target.askTogether(new FileText(SUBNET), ours);
        Optional<String> gateway = target.ask(new FileText(SUBNET)).flatMap(FlannelOnNode::gateway);
        Optional<String> range = range(target);
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

    /** The part of the pod network that the cluster gives this node. */
    private static Optional<String> range(Target target) {
        return target.ask(new ClusterObjects("v1", "Node", "")).stream()
                .filter(n -> n.text("metadata", "name").equals(Optional.of(target.host().name())))
                .findFirst()
                .flatMap(n -> n.text("spec", "podCIDR"));
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
