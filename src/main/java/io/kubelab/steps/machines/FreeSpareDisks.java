package io.kubelab.steps.machines;

import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;

/**
 * Where virtual machines are to have their spare disks, nobody else has a file. It is the user who
 * has to say where else, so this comes first.
 *
 * <pre>{@code
 * - free_spare_disks
 * }</pre>
 */
public record FreeSpareDisks() implements Requirement {
    @Override
    public String title() {
        return "nobody else has a file where spare disks are to be";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        MachineSettings machines = target.settings().machines();
        if (machines.domainType().isContainer()) {
            return Diff.inOrder("container nodes have none");
        }
        for (VirtualMachine machine : target.lab().machinesOn(target.place())) {
            SpareDisk.of(target, machine.name()).ifPresent(d -> d.check(target, machine.name()));
        }
        return Diff.inOrder("their places are free or the lab's");
    }
}
