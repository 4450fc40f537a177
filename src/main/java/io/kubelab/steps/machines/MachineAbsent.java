package io.kubelab.steps.machines;

import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import io.kubelab.steps.facts.MountTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No machine, and nothing of it on the virthost: no definition, process, mount or file. A machine
 * of the same name that isn't the lab's is left alone.
 *
 * <pre>{@code
 * - machine_absent
 * }</pre>
 */
public record MachineAbsent() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What libvirt leaves of a machine that it has forgotten. */
    private static final List<String> OF_CONTAINERS =
            List.of(
                    "/var/log/libvirt/lxc/%s.log",
                    "/run/libvirt/lxc/%s.dev",
                    "/run/libvirt/lxc/%s.devpts",
                    "/run/libvirt/lxc/%s.fuse",
                    "/run/libvirt/lxc/%s.sock");

    private static final List<String> OF_VIRTUAL_MACHINES =
            List.of("/var/log/libvirt/qemu/%s.log", "/var/lib/libvirt/qemu/nvram/%s_VARS.fd");

    private static final String REMEDY =
            "Something on the virthost still uses the machine's files; 'fuser -vm DIRECTORY' shows what.";

    private static final String PROCESSES =
            "Processes of the machine can't be ended; 'systemd-cgls' or 'ps' on the virthost shows them.";

    @Override
    public String title() {
        return "the machine is gone";
    }

    @Override
    public Diff diff(Target target) {
        return Diff.of(
                changes(target, target.host().name()),
                "there is nothing of it on " + target.place());
    }

    /** What takes away a machine of the lab, whether it is still one of its hosts or not. */
    static List<Change> changes(Target target, String name) {
        Optional<Machine> found = Hypervisor.machine(target, name);
        boolean ours =
                found.filter(m -> m.owner().equals(Optional.of(target.lab().tag()))).isPresent();
        boolean container = target.settings().machines().domainType().isContainer();
        if (ours) {
            var changes = new ArrayList<Change>();
            if (found.get().running()) {
                if (container) {
                    changes.add(ended(target, name));
                }
                changes.add(new Change.StopMachine(name));
            }
            changes.add(new Change.UndefineMachine(name));
            return List.copyOf(changes);
        }
        String directory = VirthostPlaces.of(target).machine(name).directory();
        target.askTogether(
                new MachineCgroups(MachineCgroups.group(target, name)),
                new MountTable(),
                new DirectoryEntries(directory));
        List<Change> changes = new ArrayList<>(processes(target, name));
        for (MountTable.Mount mount : target.ask(new MountTable()).below(directory)) {
            changes.add(new Change.Run(Command.of("umount", mount.point()), LIMIT, REMEDY));
        }
        if (!container) {
            SpareDisk.made(target, name)
                    .filter(f -> target.ask(SpareDisk.isThere(f)))
                    .ifPresent(f -> changes.add(new Change.Remove(f)));
        }
        if (!target.ask(new DirectoryEntries(directory)).isEmpty()) {
            changes.add(new Change.Remove(directory));
        }
        if (found.isEmpty()) {
            (container ? OF_CONTAINERS : OF_VIRTUAL_MACHINES)
                    .stream()
                            .map(place -> place.formatted(name))
                            .filter(f -> !(target.ask(new FileState(f)) instanceof Found.Absent))
                            .forEach(f -> changes.add(new Change.Remove(f)));
        }
        return changes;
    }

    /** At once: libvirt asks every process by itself first, which takes seconds. */
    private static Change ended(Target target, String name) {
        return new Change.Run(
                new MachineCgroups(MachineCgroups.group(target, name)).kill(), LIMIT, PROCESSES);
    }

    /** libvirt calls a machine shut off whose processes it may not have been able to end. */
    private static List<Change> processes(Target target, String name) {
        var cgroups = new MachineCgroups(MachineCgroups.group(target, name));
        MachineCgroups.Found left = target.ask(cgroups);
        if (left.directories().isEmpty()) {
            return List.of();
        }
        Command command = left.processes().isEmpty() ? cgroups.remove() : cgroups.kill();
        for (String process : left.processes()) {
            command =
                    command.then(
                            Command.of(
                                    "timeout",
                                    "10",
                                    "tail",
                                    "--pid=" + process,
                                    "-f",
                                    "/dev/null"));
        }
        return List.of(
                new Change.Run(
                        left.processes().isEmpty() ? command : command.then(cgroups.remove()),
                        LIMIT,
                        PROCESSES));
    }
}
