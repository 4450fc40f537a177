package io.kubelab.steps.network;

import io.kubelab.document.Node;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObject;
import io.kubelab.steps.facts.ClusterObjects;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Pods that have a network as it was before its definition changed, or before nodes shared it
 * otherwise: an interface is made with its pod's sandbox, and stays as it is. Who has which network
 * stands in the status that Multus writes (<a
 * href="https://github.com/k8snetworkplumbingwg/multi-net-spec">multi-network specification</a>
 * 3.3); when a definition changed, in its {@code managedFields}.
 */
final class PodsOfEarlier {
    private static final String STATUS = "k8s.v1.cni.cncf.io/network-status";

    /** True since a sandbox was made and its networks were; a node's restart makes another one. */
    private static final String NETWORKED = "PodReadyToStartContainers";

    private PodsOfEarlier() {}

    /** One sentence that names them; none if all have the network as it is. */
    static List<String> notices(Target target, String network) {
        Optional<Instant> changed =
                target.ask(new ClusterObject(NetworkAttachment.classic(network)))
                        .flatMap(PodsOfEarlier::changed);
        if (changed.isEmpty()) {
            return List.of();
        }
        List<String> pods =
                named(
                        target,
                        pod ->
                                isOlder(pod, changed.get())
                                        && statuses(target, pod, network).findAny().isPresent());
        return pods.isEmpty()
                ? List.of()
                : List.of(
                        "%s changed at %s, and these pods still have it as it was: %s; delete and create them again"
                                .formatted(network, changed.get(), String.join(", ", pods)));
    }

    /**
     * One sentence that names the pods of a node whose address of the network is not the node's any
     * more, since nodes came or the range changed; none if there are none.
     */
    static List<String> strays(Target target, String network, NetworkShare share) {
        Optional<String> node = Optional.of(target.host().name());
        List<String> pods =
                named(
                        target,
                        pod ->
                                runs(pod)
                                        && pod.text("spec", "nodeName").equals(node)
                                        && statuses(target, pod, network)
                                                .flatMap(each -> each.list("ips").stream())
                                                .flatMap(ip -> ip.text().stream())
                                                .anyMatch(ip -> !share.has(ip)));
        return pods.isEmpty()
                ? List.of()
                : List.of(
                        "of %s this node has %s to %s, and these pods on it have other addresses, which may be given to others: %s; delete and create them again"
                                .formatted(
                                        network,
                                        share.first(),
                                        share.last(),
                                        String.join(", ", pods)));
    }

    private static List<String> named(Target target, Predicate<Node> which) {
        return target.ask(new ClusterObjects("v1", "Pod", "")).stream()
                .filter(which)
                .map(PodsOfEarlier::name)
                .sorted()
                .toList();
    }

    private static boolean runs(Node pod) {
        return pod.text("status", "phase").filter("Running"::equals).isPresent();
    }

    private static Optional<Instant> changed(Node definition) {
        return definition.list("metadata", "managedFields").stream()
                .flatMap(entry -> entry.text("time").stream())
                .map(Instant::parse)
                .max(Comparator.naturalOrder());
    }

    /** It runs, and its sandbox has had its networks since before. */
    private static boolean isOlder(Node pod, Instant changed) {
        return runs(pod)
                && pod.list("status", "conditions").stream()
                        .filter(c -> c.text("type").filter(NETWORKED::equals).isPresent())
                        .flatMap(c -> c.text("lastTransitionTime").stream())
                        .anyMatch(since -> Instant.parse(since).isBefore(changed));
    }

    /** What Multus says of the interfaces that a pod has in a network. */
    private static Stream<Node> statuses(Target target, Node pod, String network) {
        String name = NetworkAttachment.NAMESPACE + "/" + network;
        return pod.text("metadata", "annotations", STATUS).stream()
                .flatMap(status -> target.documents().parse(STATUS, status).stream())
                .flatMap(status -> status.list().stream())
                .filter(each -> each.text("name").filter(name::equals).isPresent());
    }

    private static String name(Node pod) {
        return "%s/%s"
                .formatted(
                        pod.text("metadata", "namespace").orElse(""),
                        pod.text("metadata", "name").orElse(""));
    }
}
