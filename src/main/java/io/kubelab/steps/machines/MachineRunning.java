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
 * The machine runs, and its init has handed over to systemd.
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
        var log = new FileText(MachinePlaces.of(target).initLog());
        target.askTogether(new LibvirtListening(), log);
        boolean running = Hypervisor.machine(target, name).filter(Machine::running).isPresent();
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

    /** What can only be changed while the machine is off. */
    static List<Change> restart(Target target, Change whileOff) {
        var changes = new ArrayList<Change>();
        changes.add(new Change.StopMachine(target.host().name()));
        changes.add(whileOff);
        changes.addAll(start(target));
        return changes;
    }

    /** What init said the last time must not be taken for what it says now. */
    private static List<Change> start(Target target) {
        return List.of(
                new Change.PutFile(
                        MachinePlaces.of(target).initLog(), Content.NONE, FileAttributes.PUBLIC),
                new Change.StartMachine(target.host().name()));
    }
}
