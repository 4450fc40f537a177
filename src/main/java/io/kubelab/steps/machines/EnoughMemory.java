package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.AvailableMemory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Memory on the virthost for those of the lab's machines that don't run yet.
 *
 * <pre>{@code
 * - enough_memory
 * }</pre>
 */
public record EnoughMemory() implements Requirement {
    @Override
    public String title() {
        return "the virthost has memory for the lab's machines";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        target.askTogether(new AvailableMemory(), new LibvirtListening(target));
        MachineSettings settings = target.settings().machines();
        List<VirtualMachine> starting =
                target.lab().machinesOn(target.place()).stream()
                        .filter(m -> !runs(target, m))
                        .toList();
        long needed = starting.stream().mapToLong(m -> settings.memoryOf(m)).sum();
        long available = target.ask(new AvailableMemory());
        if (needed > available) {
            throw new InvalidInput(
                    "virtual_machines",
                    "%s would get %d MiB of memory, and %s has %d MiB available; give machines less (system_ram_mb, system_default_ram_mb), leave some out, or free memory there"
                            .formatted(
                                    starting.stream()
                                            .map(VirtualMachine::name)
                                            .collect(Collectors.joining(", ")),
                                    needed,
                                    target.place(),
                                    available));
        }
        return Diff.inOrder("%d MiB, of %d".formatted(needed, available));
    }

    private static boolean runs(Target target, VirtualMachine machine) {
        return Hypervisor.machine(target, machine.name())
                .filter(m -> m.running() && m.owner().equals(Optional.of(target.lab().tag())))
                .isPresent();
    }
}
