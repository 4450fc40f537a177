package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cluster has no nodes that the lab no longer names: their pods are evicted first, as budgets
 * for disruption allow.
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
        List<String> former =
                target.ask(new ClusterObjects("v1", "Node", "")).stream()
                        .flatMap(node -> node.text("metadata", "name").stream())
                        .filter(name -> !named.contains(name))
                        .sorted()
                        .toList();
        var changes = new ArrayList<Change>();
        for (String name : former) {
            changes.add(
                    new Change.RunLong(
                            "drain-" + name,
                            drain(name),
                            Kubeadm.patience(target),
                            "A PodDisruptionBudget may forbid it, or a finalizer; 'kubectl get pods -A --field-selector spec.nodeName=%s' shows what is left there."
                                    .formatted(name)));
            changes.add(new Change.Delete(new ObjectRef("v1", "Node", "", name)));
        }
        return Diff.of(changes, "there are none");
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
