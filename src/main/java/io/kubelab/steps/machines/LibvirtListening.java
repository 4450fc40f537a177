package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/**
 * Whether a process holds libvirt's socket: the daemon, or systemd for it. The socket's file alone
 * says nothing, it outlives a daemon that crashed.
 */
record LibvirtListening() implements Fact.OfHost<Boolean> {
    @Override
    public Command command() {
        return Command.of("grep", "-E", "/libvirt/(libvirt|virtlxcd)-sock$", "/proc/net/unix");
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }
}
