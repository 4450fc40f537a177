package io.kubelab.steps.node;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;

/**
 * The host gets to the API server, told before {@code kubeadm join} would wait for it in vain.
 *
 * <pre>{@code
 * - control_plane_reached
 * }</pre>
 */
public record ControlPlaneReached() implements Step {
    private static final int API_PORT = 6443;

    @Override
    public String title() {
        return "the host reaches the control plane";
    }

    @Override
    public Diff diff(Target target) {
        return Reached.of(
                target,
                "the API server",
                AddressPlan.of(target.lab().tag(), target.settings())
                        .apiServers(target.settings(), target.host().name())
                        .getFirst(),
                API_PORT);
    }
}
