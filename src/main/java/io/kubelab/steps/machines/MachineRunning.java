package io.kubelab.steps.machines;

import io.kubelab.failure.MachineFailed;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine runs, and a container's init has handed over to systemd.
 *
 * <pre>{@code
 * - machine_running
 * }</pre>
 */
public record MachineRunning() implements Step {
    @Override
    public String title() {
        return "the machine is running";
    }

    @Override
    public Diff diff(Target target) {
        String name = target.host().name();
        if (!target.settings().machines().domainType().isContainer()) {
            return isRunning(target)
                    ? Diff.inOrder("libvirt runs it")
                    : Diff.needs(new Change.StartMachine(name));
        }
        var log = new FileText(MachinePlaces.of(target).initLog());
        target.askTogether(new LibvirtListening(target), log);
        boolean running = isRunning(target);
        String said = target.ask(log).orElse("");
        if (said.strip().equals(MachineFiles.HANDED_OVER)) {
            return running
                    ? Diff.inOrder("its systemd is process 1")
                    // that was said the last time
                    : new Diff.Needs(start(target));
        }
        if (running) {
            return new Diff.Pending(
                    name + "'s init to hand over to systemd",
                    Duration.ofSeconds(20),
                    new Diff.Wake.Every(Duration.ofMillis(20)),
                    "Look at %s on the virthost.".formatted(MachinePlaces.of(target).initLog()));
        }
        if (said.isBlank()) {
            return Diff.needs(new Change.StartMachine(name));
        }
        throw new MachineFailed(
                name,
                "its init gave up: " + said.strip(),
                "Its whole log is %s on the virthost; libvirt's is in /var/log/libvirt/lxc/%s.log."
                        .formatted(MachinePlaces.of(target).initLog(), name));
    }

    private static boolean isRunning(Target target) {
        return Hypervisor.machine(target, target.host().name())
                .filter(Machine::running)
                .isPresent();
    }

    /** What can only be changed while the machine is off: one that runs starts anew with it. */
    static List<Change> whileOff(Target target, Change change) {
        if (!isRunning(target)) {
            return List.of(change);
        }
        var changes = new ArrayList<Change>();
        changes.add(new Change.StopMachine(target.host().name()));
        changes.add(change);
        changes.addAll(start(target));
        return changes;
    }

    /** What init said the last time must not be taken for what it says now. */
    private static List<Change> start(Target target) {
        var start = new Change.StartMachine(target.host().name());
        return target.settings().machines().domainType().isContainer()
                ? List.of(
                        new Change.PutFile(
                                MachinePlaces.of(target).initLog(),
                                Content.NONE,
                                FileAttributes.PUBLIC),
                        start)
                : List.of(start);
    }
}
