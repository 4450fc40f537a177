package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names for the lab's machines that nobody else's have. It is the user who has to choose others, so
 * this comes first.
 *
 * <pre>{@code
 * - free_names
 * }</pre>
 */
public record FreeNames() implements Requirement {
    @Override
    public String title() {
        return "no machine of somebody else has a name of the lab's";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        var clashes = new ArrayList<Problem>();
        List<VirtualMachine> wanted = target.settings().machines().virtualMachines();
        for (VirtualMachine machine : wanted) {
            Hypervisor.machine(target, machine.name())
                    .filter(m -> !m.owner().equals(Optional.of(target.lab().tag())))
                    .ifPresent(other -> clashes.add(clash(target, other)));
        }
        if (!clashes.isEmpty()) {
            throw new InvalidInput(clashes);
        }
        return Diff.inOrder(wanted.size() + " names are the lab's or nobody's");
    }

    private static Problem clash(Target target, Machine other) {
        return new Problem(
                "virtual_machines",
                "the name '%s' is taken on %s by a machine %s; choose another"
                        .formatted(
                                other.name(),
                                target.place(),
                                other.owner()
                                        .map(o -> "of the lab '" + o.name() + "'")
                                        .orElse("that kubelab did not make")));
    }
}
