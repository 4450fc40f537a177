package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.HardwareVirtualization;
import io.kubelab.steps.facts.MountTable;
import io.kubelab.steps.facts.ServiceState;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * libvirt's daemon: systemd's service, or those of its modular daemons where there is no other; or
 * started directly where there is no systemd. There it gets a mount namespace of its own, without
 * the {@code unified} cgroup tree: libvirt 9 takes any controller left in it for cgroup v2 and no
 * container starts.
 *
 * <pre>{@code
 * - libvirt_daemon
 * }</pre>
 */
public record LibvirtDaemon() implements Step {
    /** The daemon is ours if it is in here: nobody but us starts one with this file. */
    static final String PID_FILE = "/run/kubelab/libvirtd.pid";

    /** Of the daemon that writes down what virtual machines say on their consoles. */
    static final String LOG_PID_FILE = "/run/kubelab/virtlogd.pid";

    private static final Command LOGGER =
            Command.of("virtlogd", "--daemon", "--pid-file", LOG_PID_FILE);

    private static final String NO_DEVICE = "/run/kubelab/no-kvm";

    private static final Succeeds LOGGING =
            new Succeeds(Command.of("grep", "/libvirt/virtlogd-sock$", "/proc/net/unix"));

    private static final String UNIFIED = "/sys/fs/cgroup/unified";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public String title() {
        return "libvirt is running";
    }

    @Override
    public Diff diff(Target target) {
        if (!target.ask(new LibvirtListening(target))) {
            return Diff.needs(start(target));
        }
        if (lacksLogging(target)) {
            return Diff.needs(inOwnNamespace(LOGGER));
        }
        int machines = target.ask(new Hypervisor.Machines()).size();
        return Diff.inOrder("it answers and has %d machines".formatted(machines));
    }

    static Change start(Target target) {
        if (target.ask(new BootedWithSystemd())) {
            return bySystemd(target);
        }
        // shared, so that containers give up a mount when we do
        Command start =
                Command.of("mount", "--make-rshared", "/")
                        .then(Command.of("libvirtd", "--daemon", "--pid-file", PID_FILE));
        HardwareVirtualization.Found virtualization = target.ask(new HardwareVirtualization());
        if (virtualization.device() && !virtualization.usable()) {
            // libvirt would take it for usable and not, in turns, and never get done with asking;
            // the file stays, since libvirt moves the mount to where it starts a machine
            start =
                    Command.of("install", "--mode=0600", "/dev/null", NO_DEVICE)
                            .then(Command.of("mount", "--bind", NO_DEVICE, "/dev/kvm"))
                            .then(start);
        }
        if (target.ask(new MountTable()).at(UNIFIED).isPresent()) {
            start = Command.of("umount", UNIFIED).then(start);
        }
        if (lacksLogging(target)) {
            start = LOGGER.then(start);
        }
        return inOwnNamespace(start);
    }

    /** The user's choice, if there is one. Modular daemons start by their sockets, and at boot. */
    private static Change bySystemd(Target target) {
        String machines = LibvirtListening.modular(target);
        var one = new ServiceState("libvirtd.service");
        var modular = new ServiceState(machines + ".socket");
        target.askTogether(one, modular);
        if (!target.ask(modular).loaded() || "enabled".equals(target.ask(one).atBoot())) {
            return enable("libvirtd", Stream.of("libvirtd.service"));
        }
        return enable(
                machines,
                Stream.of(
                        "virtlogd.socket",
                        machines + ".socket",
                        LibvirtListening.NETWORKS + ".socket",
                        machines + ".service",
                        LibvirtListening.NETWORKS + ".service"));
    }

    private static Change enable(String daemon, Stream<String> units) {
        var argv = new ArrayList<>(List.of("systemctl", "enable", "--now"));
        units.forEach(argv::add);
        return new Change.Run(
                Command.of(argv),
                LIMIT,
                "Run 'journalctl -u %s' on the virthost.".formatted(daemon));
    }

    /** systemd starts it by its socket. */
    private static boolean lacksLogging(Target target) {
        return !target.settings().machines().domainType().isContainer()
                && !target.ask(new BootedWithSystemd())
                && !target.ask(LOGGING);
    }

    private static Change inOwnNamespace(Command start) {
        return new Change.Run(
                Command.of("mkdir", "-p", "/run/kubelab")
                        .then(
                                Command.of(
                                        "unshare",
                                        "--mount",
                                        "--propagation",
                                        "slave",
                                        "sh",
                                        "-c",
                                        start.script())),
                LIMIT,
                "Run 'libvirtd --verbose' on the virthost to see why it does not start.");
    }
}
