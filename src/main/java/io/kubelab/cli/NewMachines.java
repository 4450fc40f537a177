package io.kubelab.cli;

import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Connections;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.step.Emulated;
import io.kubelab.step.Fact;
import io.kubelab.steps.facts.AvailableMemory;
import io.kubelab.steps.facts.HardwareVirtualization;
import io.kubelab.steps.facts.OsRelease;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the machines of a new lab are where {@code domain_type} is {@code auto}: virtual machines by
 * KVM if the virthost really can, else containers if its libvirt has the driver.
 *
 * @param why a sentence for the user
 */
record NewMachines(DomainType type, String why) {
    /**
     * What works on all of them.
     *
     * @throws InvalidInput if neither works on one of them
     */
    static NewMachines on(List<Host> virthosts, Connections connections) {
        List<NewMachines> all = virthosts.stream().map(v -> on(v, connections.to(v))).toList();
        return all.stream()
                .filter(m -> m.type().isContainer())
                .findFirst()
                .orElseGet(all::getFirst);
    }

    /** Memory that virthosts have available, by name, in MiB. */
    static Map<String, Long> free(List<Host> virthosts, Connections connections) {
        var memory = new AvailableMemory();
        return virthosts.stream()
                .collect(
                        Collectors.toMap(
                                Host::name,
                                v ->
                                        memory.parse(
                                                connections
                                                        .to(v)
                                                        .ask(List.of(limited(memory)))
                                                        .getFirst())));
    }

    private static NewMachines on(Host virthost, Connection connection) {
        var virtualization = new HardwareVirtualization();
        var emulated = new Emulated();
        var distribution = new OsRelease();
        List<CommandResult> answers =
                connection.ask(
                        List.of(limited(virtualization), limited(emulated), limited(distribution)));
        return of(
                virthost.name(),
                virtualization.parse(answers.get(0)),
                emulated.parse(answers.get(1)),
                distribution.parse(answers.get(2)));
    }

    private static Limited limited(Fact.OfHost<?> fact) {
        return new Limited(fact.command(), fact.limit());
    }

    static NewMachines of(
            String virthost,
            HardwareVirtualization.Found virtualization,
            boolean emulated,
            OsRelease.Found distribution) {
        if (virtualization.usable() && !emulated) {
            return new NewMachines(
                    DomainType.KVM,
                    "domain_type: auto makes virtual machines (kvm), since %s can run them at native speed"
                            .formatted(virthost));
        }
        String lack;
        if (virtualization.usable()) {
            lack = "the processor of %s is emulated itself".formatted(virthost);
        } else if (virtualization.processor()) {
            lack = "there is no /dev/kvm on " + virthost;
        } else {
            lack =
                    "the processor of %s offers no virtualisation (no vmx or svm)"
                            .formatted(virthost);
        }
        if (!distribution.isLike("debian")) {
            throw new InvalidInput(
                    "domain_type",
                    "auto finds nothing that works: %s, and %s ships no libvirt driver for containers; 'domain_type: qemu' emulates machines, 10 to 30 times as slowly"
                            .formatted(lack, distribution.prettyName()));
        }
        return new NewMachines(
                DomainType.LXC,
                "domain_type: auto makes container nodes (lxc), since %s; 'domain_type: qemu' would emulate machines"
                        .formatted(lack));
    }
}
