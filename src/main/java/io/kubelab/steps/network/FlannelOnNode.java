package io.kubelab.steps.network;

import io.kubelab.remote.Command;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;

/**
 * The node has its part of the pod network, so that a pod's first attempt succeeds.
 *
 * <pre>{@code
 * - flannel_on_node
 * }</pre>
 */
public record FlannelOnNode() implements Step {
    private static final String SUBNET = "/run/flannel/subnet.env";

    @Override
    public String title() {
        return "flannel has given the node its addresses";
    }

    @Override
    public Diff diff(Target target) {
        return target.ask(new Succeeds(Command.of("test", "-s", SUBNET)))
                ? Diff.inOrder(SUBNET + " is there")
                : new Diff.Pending(
                        "flannel to write " + SUBNET,
                        Duration.ofMinutes(6),
                        new Wake.Every(Duration.ofMillis(250)),
                        "Look at its log: kubectl -n kube-flannel logs -l app=flannel --all-containers.");
    }
}
