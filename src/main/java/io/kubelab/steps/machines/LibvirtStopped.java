package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.time.Duration;
import java.util.ArrayList;
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
    private static final String REMEDY = "Stop libvirtd on the virthost by hand.";

    @Override
    public String title() {
        return "libvirt is stopped where kubelab started it";
    }

    @Override
    public Diff diff(Target target) {
        Optional<String> ours = target.ask(new FileText(LibvirtDaemon.PID_FILE));
        if (ours.isEmpty()) {
            return Diff.inOrder("kubelab did not start it");
        }
        boolean runs = target.ask(new LibvirtListening());
        if (runs && !target.ask(new Hypervisor.Machines()).isEmpty()) {
            return Diff.inOrder("it goes on: it has machines");
        }
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        var changes = new ArrayList<Change>();
        String pid = ours.get().strip();
        // a file that outlived its daemon may name any process by now
        if (target.ask(new FileText("/proc/" + pid + "/comm"))
                .filter(name -> name.strip().equals("libvirtd"))
                .isPresent()) {
            changes.add(
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
                            REMEDY));
        }
        changes.add(new Change.Remove(LibvirtDaemon.PID_FILE));
        return Diff.of(changes, "");
    }
}
