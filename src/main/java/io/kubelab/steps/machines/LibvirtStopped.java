package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.MountTable;
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
    private static final String PID_FILE = "/run/libvirtd.pid";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String REMEDY = "Stop libvirtd on the virthost by hand.";

    @Override
    public String title() {
        return "libvirt is stopped where kubelab started it";
    }

    @Override
    public Diff diff(Target target) {
        MountTable.Found mounts = target.ask(new MountTable());
        if (mounts.at(LibvirtDaemon.DIRECTORY).isEmpty()) {
            return Diff.inOrder("kubelab did not start it");
        }
        boolean runs = target.ask(new LibvirtListening());
        if (runs && !target.ask(new Hypervisor.Machines()).isEmpty()) {
            return Diff.inOrder("it goes on: it has machines");
        }
        var changes = new ArrayList<Change>();
        Optional<String> pid = target.ask(new FileText(PID_FILE)).map(String::strip);
        if (runs && pid.isPresent()) {
            changes.add(
                    new Change.Run(
                            Command.of("kill", pid.get())
                                    .then(
                                            Command.of(
                                                    "timeout",
                                                    "20",
                                                    "tail",
                                                    "--pid=" + pid.get(),
                                                    "-f",
                                                    "/dev/null")),
                            LIMIT,
                            REMEDY));
        }
        for (MountTable.Mount mount : mounts.below(LibvirtDaemon.DIRECTORY)) {
            changes.add(new Change.Run(Command.of("umount", mount.point()), LIMIT, REMEDY));
        }
        changes.add(new Change.Remove(LibvirtDaemon.DIRECTORY));
        return Diff.of(changes, "");
    }
}
