package io.kubelab.steps.cluster;

import io.kubelab.document.Node;
import io.kubelab.inventory.Host;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every machine of the lab is a node that takes pods.
 *
 * <pre>{@code
 * - nodes_ready
 * }</pre>
 */
public record NodesReady() implements ClusterStep {
    @Override
    public String title() {
        return "all nodes are Ready";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> ready =
                target.ask(new ClusterObjects("v1", "Node", "")).stream()
                        .filter(NodesReady::takesPods)
                        .flatMap(node -> node.text("metadata", "name").stream())
                        .collect(Collectors.toSet());
        List<String> missing =
                target.lab().inventory().nodes().stream()
                        .map(Host::name)
                        .filter(name -> !ready.contains(name))
                        .toList();
        return missing.isEmpty()
                ? Diff.inOrder(ready.size() + " are Ready")
                : new Diff.Pending(
                        String.join(", ", missing) + " to be Ready",
                        Kubeadm.PATIENCE,
                        new Wake.ClusterEvent("v1", "Node", ""),
                        "Run 'kubectl describe node %s'; its conditions say why."
                                .formatted(missing.getFirst()));
    }

    /** The scheduler goes by the taint, which follows the condition. */
    private static boolean takesPods(Node node) {
        return node.list("status", "conditions").stream()
                        .anyMatch(c ->
                                c.text("type").filter("Ready"::equals).isPresent()
                                        && c.text("status").filter("True"::equals).isPresent())
                && node.list("spec", "taints").stream()
                        .noneMatch(t ->
                                t.text("key")
                                        .filter("node.kubernetes.io/not-ready"::equals)
                                        .isPresent());
    }
}
