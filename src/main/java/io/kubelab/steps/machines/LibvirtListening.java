package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;

/**
 * Whether a process holds libvirt's socket: the daemon, or systemd for it. The socket's file alone
 * says nothing, it outlives a daemon that crashed.
 *
 * @param modular the daemon that has only the driver of the lab's machines
 */
record LibvirtListening(String modular) implements Fact.OfHost<Boolean> {
    LibvirtListening(Target target) {
        this(target.settings().machines().domainType().isContainer() ? "virtlxcd" : "virtqemud");
    }

    @Override
    public Command command() {
        return Command.of(
                "grep", "-E", "/libvirt/(libvirt|%s)-sock$".formatted(modular), "/proc/net/unix");
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }
}
