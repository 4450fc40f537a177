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
 * Names for the lab's machines that nobody else's have, and no machine of the lab's on this
 * virthost that is to be on another. It is the user who has to choose others, so this comes first.
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
        List<VirtualMachine> wanted = target.lab().machinesOn(target.place());
        for (VirtualMachine machine : target.settings().machines().virtualMachines()) {
            Optional<Machine> found = Hypervisor.machine(target, machine.name());
            boolean ours =
                    found.flatMap(Machine::owner).filter(target.lab().tag()::equals).isPresent();
            if (wanted.contains(machine)) {
                found.filter(_ -> !ours).ifPresent(other -> clashes.add(clash(target, other)));
            } else if (ours) {
                clashes.add(elsewhere(target, machine));
            }
        }
        if (!clashes.isEmpty()) {
            throw new InvalidInput(clashes);
        }
        return Diff.inOrder(wanted.size() + " names are the lab's or nobody's");
    }

    private static Problem elsewhere(Target target, VirtualMachine machine) {
        return new Problem(
                "virtual_machines",
                "'%s' is on %s and does not move to %s; write 'virthost: %s' for it, or leave it out, run 'kubelab kube-install --prune', and name it again"
                        .formatted(
                                machine.name(),
                                target.place(),
                                target.lab()
                                        .virthost(target.lab().inventory().host(machine.name())),
                                target.place()));
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
