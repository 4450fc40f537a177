package io.kubelab.steps.machines;

import io.kubelab.machines.VirtualMachines;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.List;
import java.util.Optional;

/** What the virthost's libvirt knows; nothing where none is running. */
final class Hypervisor {
    private Hypervisor() {}

    record Machines() implements Fact.OfVirthost<List<Machine>> {
        @Override
        public List<Machine> read(VirtualMachines machines) {
            return machines.machines();
        }
    }

    record Networks() implements Fact.OfVirthost<List<Network>> {
        @Override
        public List<Network> read(VirtualMachines machines) {
            return machines.networks();
        }
    }

    static List<Machine> machines(Target target) {
        return target.ask(new LibvirtListening(target)) ? target.ask(new Machines()) : List.of();
    }

    static Optional<Machine> machine(Target target, String name) {
        return machines(target).stream().filter(m -> m.name().equals(name)).findFirst();
    }

    static List<Network> networks(Target target) {
        return target.ask(new LibvirtListening(target)) ? target.ask(new Networks()) : List.of();
    }

    static Optional<Network> network(Target target, String name) {
        return networks(target).stream().filter(n -> n.name().equals(name)).findFirst();
    }
}
