package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No libvirt daemon that we started. One that systemd or somebody else started goes on, and ours
 * does while others have machines in it.
 *
 * <pre>{@code
 * - libvirt_stopped
 * }</pre>
 */
public record LibvirtStopped() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String title() {
        return "libvirt is stopped where kubelab started it";
    }

    @Override
    public Diff diff(Target target) {
        var files = List.of(LibvirtDaemon.PID_FILE, LibvirtDaemon.LOG_PID_FILE);
        List<Optional<String>> ours = target.askAll(files.stream().map(FileText::new).toList());
        if (ours.stream().allMatch(Optional::isEmpty)) {
            return Diff.inOrder("kubelab did not start it");
        }
        boolean runs = target.ask(new LibvirtListening(target));
        if (runs && !target.ask(new Hypervisor.Machines()).isEmpty()) {
            return Diff.inOrder("it goes on: it has machines");
        }
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        var changes = new ArrayList<Change>();
        for (int i = 0; i < files.size(); i++) {
            if (ours.get(i).isPresent()) {
                changes.addAll(end(target, files.get(i), ours.get(i).get().strip()));
            }
        }
        return Diff.of(changes, "");
    }

    static List<Change> end(Target target, String file, String pid) {
        var remove = new Change.Remove(file);
        String daemon = file.substring(file.lastIndexOf('/') + 1).replace(".pid", "");
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
