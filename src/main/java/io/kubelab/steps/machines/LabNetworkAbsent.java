package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * No network of the lab's on the virthost.
 *
 * <pre>{@code
 * - lab_network_absent
 * }</pre>
 */
public record LabNetworkAbsent() implements Step {
    @Override
    public String title() {
        return "the lab's network is gone";
    }

    @Override
    public Diff diff(Target target) {
        String name = AddressPlan.of(target.lab().tag(), target.settings()).network();
        return Hypervisor.network(target, name)
                        .filter(n -> n.owner().equals(Optional.of(target.lab().tag())))
                        .isPresent()
                ? Diff.needs(new Change.RemoveNetwork(name))
                : Diff.inOrder("there is none");
    }
}
