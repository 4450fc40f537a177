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
 * libvirt's daemon, or its modular ones where there is no other: by systemd, or started directly
 * where there is none. There they get a mount namespace of their own, without the {@code unified}
 * cgroup tree: libvirt 9 takes any controller left in it for cgroup v2 and no container starts.
 *
 * <pre>{@code
 * - libvirt_daemon
 * }</pre>
 */
public record LibvirtDaemon() implements Step {
    /** The daemon that has all drivers. */
    static final String ONE = "libvirtd";

    /** Writes down what virtual machines say on their consoles. */
    static final String LOGGER = "virtlogd";

    /** Where daemons that we start keep the number of their process. */
    static final String RUNTIME = "/run/kubelab";

    private static final String NO_DEVICE = RUNTIME + "/no-kvm";

    private static final Succeeds ONE_INSTALLED =
            new Succeeds(Command.of("test", "-x", "/usr/sbin/" + ONE));

    private static final String UNIFIED = "/sys/fs/cgroup/unified";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public String title() {
        return "libvirt is running";
    }

    @Override
    public Diff diff(Target target) {
        if (!target.ask(new LibvirtListening(target))) {
            return new Diff.Needs(start(target));
        }
        if (lacksLogging(target)) {
            return Diff.needs(inOwnNamespace(daemon(LOGGER), LOGGER));
        }
        int machines = target.ask(new Hypervisor.Machines()).size();
        return Diff.inOrder("it answers and has %d machines".formatted(machines));
    }

    static List<Change> start(Target target) {
        if (target.ask(new BootedWithSystemd())) {
            return bySystemd(target);
        }
        List<String> daemons = daemons(target);
        // shared, so that containers give up a mount when we do
        Command start = Command.of("mount", "--make-rshared", "/");
        for (String daemon : daemons) {
            start = start.then(daemon(daemon));
        }
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
            start = daemon(LOGGER).then(start);
        }
        return List.of(inOwnNamespace(start, daemons.getLast()));
    }

    /** A modular daemon may be there without the other. */
    private static List<String> daemons(Target target) {
        return target.ask(ONE_INSTALLED)
                ? List.of(ONE)
                : Stream.of(LibvirtListening.NETWORKS, LibvirtListening.modular(target))
                        .filter(daemon -> !listens(target, daemon))
                        .toList();
    }

    private static boolean listens(Target target, String daemon) {
        return target.ask(
                new Succeeds(
                        Command.of(
                                "grep", "/libvirt/%s-sock$".formatted(daemon), "/proc/net/unix")));
    }

    private static Command daemon(String name) {
        return Command.of(name, "--daemon", "--pid-file", pidFile(name));
    }

    /** The daemon is ours if it is in here: nobody but us starts one with this file. */
    static String pidFile(String daemon) {
        return "%s/%s.pid".formatted(RUNTIME, daemon);
    }

    /** The user's choice, if there is one. Modular daemons start by their sockets, and at boot. */
    private static List<Change> bySystemd(Target target) {
        String machines = LibvirtListening.modular(target);
        var one = new ServiceState("libvirtd.service");
        var modular = new ServiceState(machines + ".socket");
        target.askTogether(one, modular);
        if (!target.ask(modular).loaded() || "enabled".equals(target.ask(one).atBoot())) {
            return enable(target, List.of(ONE, LOGGER), Stream.of("libvirtd.service"));
        }
        return enable(
                target,
                List.of(machines, LibvirtListening.NETWORKS, LOGGER),
                Stream.of(
                        "virtlogd.socket",
                        machines + ".socket",
                        LibvirtListening.NETWORKS + ".socket",
                        machines + ".service",
                        LibvirtListening.NETWORKS + ".service"));
    }

    /**
     * @param daemons whose units this may start, that of machines first
     */
    private static List<Change> enable(Target target, List<String> daemons, Stream<String> units) {
        var argv = new ArrayList<>(List.of("systemctl", "enable", "--now"));
        units.forEach(argv::add);
        var changes = new ArrayList<Change>();
        LibvirtUnits.remember(target, daemons.stream()).ifPresent(changes::add);
        changes.add(
                new Change.Run(
                        Command.of(argv),
                        LIMIT,
                        "Run 'journalctl -u %s' on the virthost.".formatted(daemons.getFirst())));
        return changes;
    }

    /** systemd starts it by its socket. */
    private static boolean lacksLogging(Target target) {
        return !target.settings().machines().domainType().isContainer()
                && !target.ask(new BootedWithSystemd())
                && !listens(target, LOGGER);
    }

    private static Change inOwnNamespace(Command start, String daemon) {
        return new Change.Run(
                Command.of("mkdir", "-p", RUNTIME)
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
                "Run '%s --verbose' on the virthost to see why it does not start."
                        .formatted(daemon));
    }
}
