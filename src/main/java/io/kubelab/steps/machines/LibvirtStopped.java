package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.FileText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * No libvirt daemon that we started, or let systemd start: its units are what they were. What
 * somebody else started goes on, and ours do while others have machines in them.
 *
 * <pre>{@code
 * - libvirt_stopped
 * }</pre>
 */
public record LibvirtStopped() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** In the order in which they can do without those that follow. */
    private static final List<String> DAEMONS =
            List.of(
                    LibvirtDaemon.ONE,
                    LibvirtListening.VIRTUAL_MACHINES,
                    LibvirtListening.CONTAINERS,
                    LibvirtListening.NETWORKS,
                    LibvirtDaemon.LOGGER);

    @Override
    public String title() {
        return "libvirt is stopped where kubelab started it";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> entries = target.ask(new DirectoryEntries(LibvirtDaemon.RUNTIME));
        List<String> ours =
                DAEMONS.stream().filter(daemon -> entries.contains(daemon + ".pid")).toList();
        Optional<LibvirtUnits> units = LibvirtUnits.before(target);
        if (ours.isEmpty() && units.isEmpty()) {
            return Diff.inOrder("kubelab did not start it");
        }
        List<Optional<String>> processes =
                target.askAll(
                        ours.stream().map(LibvirtDaemon::pidFile).map(FileText::new).toList());
        boolean runs = target.ask(new LibvirtListening(target));
        if (runs && !target.ask(new Hypervisor.Machines()).isEmpty()) {
            return Diff.inOrder("it goes on: it has machines");
        }
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        var changes = new ArrayList<Change>();
        units.flatMap(u -> u.restore(target)).ifPresent(changes::add);
        for (int i = 0; i < ours.size(); i++) {
            changes.addAll(end(target, ours.get(i), processes.get(i).orElse("").strip()));
        }
        return Diff.of(changes, "its units are what they were");
    }

    static List<Change> end(Target target, String daemon, String pid) {
        var remove = new Change.Remove(LibvirtDaemon.pidFile(daemon));
        // a file that outlived its daemon may name any process by now
        return target.ask(new FileText("/proc/" + pid + "/comm"))
                        .filter(name -> name.strip().equals(daemon))
                        .isPresent()
                ? List.of(
                        new Change.Run(
                                Command.of("kill", pid)
                                        .then(
                                                Command.of(
                                                        "timeout",
                                                        "20",
                                                        "tail",
                                                        "--pid=" + pid,
                                                        "-f",
                                                        "/dev/null")),
                                LIMIT,
                                "Stop %s on the virthost by hand.".formatted(daemon)),
                        remove)
                : List.of(remove);
    }
}
