package io.kubelab.steps.machines;

import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Nothing is left of machines that the lab once had and that {@code virtual_machines} no longer
 * names.
 *
 * <pre>{@code
 * - former_machines_absent
 * }</pre>
 */
public record FormerMachinesAbsent() implements Step {
    @Override
    public String title() {
        return "machines that the lab no longer names are gone";
    }

    @Override
    public Diff diff(Target target) {
        var changes = new ArrayList<Change>();
        names(target).forEach(name -> changes.addAll(MachineAbsent.changes(target, name)));
        return Diff.of(changes, "there are none");
    }

    /** By libvirt's word or by what lies on the virthost's disk. */
    static Set<String> names(Target target) {
        Set<String> named =
                target.lab().machinesOn(target.place()).stream()
                        .map(VirtualMachine::name)
                        .collect(Collectors.toSet());
        var former =
                new TreeSet<>(
                        target.ask(new DirectoryEntries(VirthostPlaces.of(target).machines())));
        Hypervisor.machines(target).stream()
                .filter(m -> m.owner().equals(Optional.of(target.lab().tag())))
                .map(Machine::name)
                .forEach(former::add);
        former.removeAll(named);
        return former;
    }
}
