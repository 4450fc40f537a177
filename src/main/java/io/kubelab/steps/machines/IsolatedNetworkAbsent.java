package io.kubelab.steps.machines;

import io.kubelab.machines.SecondNetwork;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * No second network of the lab's on the virthost.
 *
 * <pre>{@code
 * - isolated_network_absent
 * }</pre>
 */
public record IsolatedNetworkAbsent() implements Step {
    @Override
    public String title() {
        return "the lab has no second network";
    }

    @Override
    public Diff diff(Target target) {
        String name = SecondNetwork.name(target.lab().tag());
        return Hypervisor.network(target, name)
                        .filter(n -> n.owner().equals(Optional.of(target.lab().tag())))
                        .isPresent()
                ? Diff.needs(new Change.RemoveNetwork(name))
                : Diff.inOrder("there is none");
    }
}
