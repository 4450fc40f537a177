package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether processes hold libvirt's sockets: the daemon, or systemd for it; or where each driver has
 * a daemon of its own, that of the machines' driver and that of networks. A socket's file alone
 * says nothing, it outlives a daemon that crashed.
 *
 * @param modular the daemon that has only the driver of the lab's machines
 */
record LibvirtListening(String modular) implements Fact.OfHost<Boolean> {
    /** The daemon that has only networks. */
    static final String NETWORKS = "virtnetworkd";

    static final String CONTAINERS = "virtlxcd";
    static final String VIRTUAL_MACHINES = "virtqemud";

    LibvirtListening(Target target) {
        this(modular(target));
    }

    static String modular(Target target) {
        return target.settings().machines().domainType().isContainer()
                ? CONTAINERS
                : VIRTUAL_MACHINES;
    }

    @Override
    public Command command() {
        return Command.of(
                "grep",
                "-E",
                "-o",
                "/libvirt/(libvirt|%s|%s)-sock$".formatted(modular, NETWORKS),
                "/proc/net/unix");
    }

    /** Beside modular daemons the socket of the one daemon is that of a proxy. */
    @Override
    public Boolean parse(CommandResult result) {
        Set<String> sockets = result.out().lines().collect(Collectors.toSet());
        return sockets.contains(socket(modular))
                ? sockets.contains(socket(NETWORKS))
                : sockets.contains(socket("libvirt"));
    }

    private static String socket(String daemon) {
        return "/libvirt/%s-sock".formatted(daemon);
    }
}
