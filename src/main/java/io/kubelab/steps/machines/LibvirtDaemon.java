package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.MountTable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * libvirt's daemon: systemd's service, or started directly where there is no systemd. There it gets
 * a mount namespace of its own, without the {@code unified} cgroup tree: libvirt 9 takes any
 * controller left in it for cgroup v2 and no container starts.
 *
 * <pre>{@code
 * - libvirt_daemon
 * }</pre>
 */
public record LibvirtDaemon() implements Step {
    /** Ours while it exists: nobody but us starts a daemon this way. */
    static final String DIRECTORY = "/run/kubelab/libvirt";

    static final String NAMESPACE = DIRECTORY + "/mnt";
    static final String UNIFIED = "/sys/fs/cgroup/unified";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public String title() {
        return "libvirt is running";
    }

    @Override
    public Diff diff(Target target) {
        if (target.ask(new LibvirtListening())) {
            int machines = target.ask(new Hypervisor.Machines()).size();
            return Diff.inOrder("it answers and has %d machines".formatted(machines));
        }
        return Diff.needs(start(target));
    }

    static Change start(Target target) {
        if (target.ask(new BootedWithSystemd())) {
            return new Change.Run(
                    Command.of("systemctl", "enable", "--now", "libvirtd.service"),
                    LIMIT,
                    "Run 'journalctl -u libvirtd' on the virthost.");
        }
        MountTable.Found mounts = target.ask(new MountTable());
        Command command = Command.of("mkdir", "-p", DIRECTORY);
        if (mounts.at(NAMESPACE).isEmpty()) {
            // the file of a mount namespace can only lie on a private mount
            command =
                    command.then(Command.of("mount", "--bind", DIRECTORY, DIRECTORY))
                            .then(Command.of("mount", "--make-private", DIRECTORY))
                            .then(Command.of("touch", NAMESPACE))
                            .then(
                                    mounts.at(UNIFIED).isPresent()
                                            ? newNamespace("umount", UNIFIED)
                                            : newNamespace("true"));
        }
        // shared, so that containers give up a mount when we do
        command = command.then(inside("mount", "--make-rshared", "/"));
        return new Change.Run(
                command.then(inside("libvirtd", "--daemon")),
                LIMIT,
                "Run 'libvirtd --verbose' on the virthost to see why it does not start.");
    }

    private static Command newNamespace(String... first) {
        return wrapped(List.of("unshare", "--mount=" + NAMESPACE, "--propagation", "slave"), first);
    }

    private static Command inside(String... program) {
        return wrapped(List.of("nsenter", "--mount=" + NAMESPACE), program);
    }

    private static Command wrapped(List<String> wrapper, String... program) {
        return Command.of(Stream.concat(wrapper.stream(), Stream.of(program)).toList());
    }
}
