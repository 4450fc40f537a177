package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The machine as libvirt knows it. One that runs with other values starts anew with the wanted
 * ones.
 *
 * <pre>{@code
 * - machine_defined
 * }</pre>
 */
public record MachineDefined() implements Step {
    @Override
    public String title() {
        return "the machine is defined";
    }

    @Override
    public Diff diff(Target target) {
        Optional<Machine> found = Hypervisor.machine(target, target.host().name());
        MachineSpec wanted = spec(target);
        var define = new Change.DefineMachine(wanted);
        if (found.flatMap(Machine::asked).filter(wanted::equals).isPresent()) {
            if (!found.orElseThrow().stored()) {
                return Diff.needs(define);
            }
            return Diff.inOrder(
                    "%d MiB, %d CPUs, %s"
                            .formatted(
                                    wanted.memoryMiB(),
                                    wanted.cpus(),
                                    wanted.nics().stream()
                                            .map(MachineSpec.Nic::shownAddress)
                                            .collect(Collectors.joining(", "))));
        }
        return new Diff.Needs(MachineRunning.whileOff(target, define));
    }

    private static MachineSpec spec(Target target) {
        String name = target.host().name();
        MachineSettings settings = target.settings().machines();
        VirtualMachine machine =
                settings.virtualMachines().stream()
                        .filter(m -> m.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "%s is not one of virtual_machines".formatted(name)));
        return new MachineSpec(
                name,
                target.lab().tag(),
                settings.memoryOf(machine),
                machine.systemCpus().orElse(settings.systemDefaultCpus()),
                nics(target),
                guest(target));
    }

    /** The machine's interfaces, {@code eth0} first. */
    static List<MachineSpec.Nic> nics(Target target) {
        String name = target.host().name();
        var nics = new ArrayList<MachineSpec.Nic>();
        nics.add(AddressPlan.of(target.lab().tag(), target.settings()).nic(name));
        SecondNetwork.of(target.lab().tag(), target.settings())
                .map(second -> second.nic(name))
                .ifPresent(nics::add);
        return List.copyOf(nics);
    }

    private static MachineSpec.Guest guest(Target target) {
        MachinePlaces places = MachinePlaces.of(target);
        DomainType type = target.settings().machines().domainType();
        return type.isContainer()
                ? new MachineSpec.Container(
                        places.root(),
                        MachineFiles.INIT,
                        List.of(
                                new MachineSpec.Mount(places.containerd(), "/var/lib/containerd"),
                                new MachineSpec.Mount(places.kubelet(), "/var/lib/kubelet")))
                : new MachineSpec.VirtualMachine(
                        type.name().toLowerCase(Locale.ROOT),
                        target.settings().bundle().architecture(),
                        target.settings().machines().hugepagesEnabled()
                                ? MachineSpec.Pages.HUGE
                                : MachineSpec.Pages.ORDINARY,
                        WantedImage.firmware(target),
                        places.disk(),
                        places.seed(),
                        places.console(),
                        SpareDisk.of(target, target.host().name())
                                .map(spare ->
                                        new MachineSpec.SpareDisk(
                                                spare.file(),
                                                target.settings().spareDisk().spareDiskDev())));
    }
}
