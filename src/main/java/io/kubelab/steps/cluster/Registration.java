package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The Node object of a machine, which its kubelet makes when it starts and never again. */
final class Registration {
    /** A kubelet that has been there so often as long as a kubeadm may take will make none. */
    private static final int PART_OF_PATIENCE = 6;

    private Registration() {}

    /**
     * Takes away an object of a machine that is no node any more. As long as it says that the
     * machine is ready, some 40 s after its kubelet has ended, kubeadm lets no other of that name
     * join.
     */
    static List<Change> undone(Target target) {
        return isKnown(target)
                ? List.of(new Change.Delete(new ObjectRef("v1", "Node", "", target.host().name())))
                : List.of();
    }

    private static boolean isKnown(Target target) {
        return target.ask(new ClusterObjects("v1", "Node", "")).stream()
                .anyMatch(
                        n -> n.text("metadata", "name").equals(Optional.of(target.host().name())));
    }

    /** What to do about an object that is missing; empty if it is there. */
    static Optional<Diff> missing(Target target) {
        String name = target.host().name();
        if (isKnown(target)) {
            return Optional.empty();
        }
        long age = Kubeadm.PATIENCE.toSeconds() / PART_OF_PATIENCE;
        boolean deleted =
                target.ask(
                        new Succeeds(
                                Command.of(
                                        "pgrep",
                                        "--exact",
                                        "--older",
                                        Long.toString(age),
                                        "kubelet")));
        return Optional.of(
                deleted
                        ? Diff.needs(
                                new Change.Run(
                                        Command.of("systemctl", "restart", "kubelet"),
                                        Duration.ofMinutes(2),
                                        "Run 'journalctl -u kubelet' on the node."))
                        : new Diff.Pending(
                                "the kubelet to register " + name,
                                Kubeadm.PATIENCE,
                                new Wake.ClusterEvent("v1", "Node", ""),
                                "Look at 'journalctl -u kubelet' on the node."));
    }
}
