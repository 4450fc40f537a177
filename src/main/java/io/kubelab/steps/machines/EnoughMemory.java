package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.AvailableMemory;
import io.kubelab.steps.facts.HugePages;
import io.kubelab.steps.facts.MountTable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Memory on the virthost for those of the lab's machines that don't run yet: huge pages where
 * virtual machines are to have them ({@code hugepages_enabled}).
 *
 * <pre>{@code
 * - enough_memory
 * }</pre>
 */
public record EnoughMemory() implements Requirement {
    private static final String SETTING = "hugepages_enabled";

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
        return settings.hugepagesEnabled() && !settings.domainType().isContainer()
                ? hugePages(target, settings, starting)
                : ordinary(target, settings, starting);
    }

    private static Diff.InOrder ordinary(
            Target target, MachineSettings settings, List<VirtualMachine> starting) {
        long needed = starting.stream().mapToLong(m -> settings.memoryOf(m)).sum();
        long available = target.ask(new AvailableMemory());
        if (needed > available) {
            throw new InvalidInput(
                    "virtual_machines",
                    "%s would get %d MiB of memory, and %s has %d MiB available; give machines less (system_ram_mb, system_default_ram_mb), leave some out, or free memory there"
                            .formatted(names(starting), needed, target.place(), available));
        }
        return Diff.inOrder("%d MiB, of %d".formatted(needed, available));
    }

    /** Set aside by the virthost's administrator, whose memory it is that others then lack. */
    private static Diff.InOrder hugePages(
            Target target, MachineSettings settings, List<VirtualMachine> starting) {
        target.askTogether(new HugePages(), new MountTable());
        HugePages.Found pages = target.ask(new HugePages());
        if (pages.kibibytes() == 0) {
            throw new InvalidInput(
                    SETTING,
                    "the kernel of %s has no huge pages; leave the setting out"
                            .formatted(target.place()));
        }
        if (target.ask(new MountTable()).mounts().stream()
                .noneMatch(m -> m.type().equals("hugetlbfs"))) {
            throw new InvalidInput(
                    SETTING,
                    "libvirt takes huge pages from a file system that %s hasn't mounted; run 'mkdir -p /dev/hugepages && mount -t hugetlbfs hugetlbfs /dev/hugepages' there, and start libvirt's daemon again if it runs"
                            .formatted(target.place()));
        }
        long needed = starting.stream().mapToLong(m -> pages.holding(settings.memoryOf(m))).sum();
        long missing = needed - pages.free();
        if (missing > 0) {
            throw new InvalidInput(
                    SETTING,
                    "%s would get %d huge pages of %d KiB, and %s has %d free: %d are missing; run 'sysctl vm.nr_hugepages=%d' there, or give machines less (system_ram_mb, system_default_ram_mb)"
                            .formatted(
                                    names(starting),
                                    needed,
                                    pages.kibibytes(),
                                    target.place(),
                                    pages.free(),
                                    missing,
                                    pages.total() + missing));
        }
        return Diff.inOrder("%d huge pages, of %d".formatted(needed, pages.free()));
    }

    private static String names(List<VirtualMachine> machines) {
        return machines.stream().map(VirtualMachine::name).collect(Collectors.joining(", "));
    }

    private static boolean runs(Target target, VirtualMachine machine) {
        return Hypervisor.machine(target, machine.name())
                .filter(m -> m.running() && m.owner().equals(Optional.of(target.lab().tag())))
                .isPresent();
    }
}
