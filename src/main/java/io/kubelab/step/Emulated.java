package io.kubelab.step;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.MachineSettings.DomainType;

/**
 * Whether a host is a virtual machine whose processor is emulated, or a container in one: {@code
 * systemd-detect-virt --vm} says {@code qemu} then, and {@code kvm} of those that aren't
 * (systemd-detect-virt(1)). A host without it says nothing, and is taken for a fast one.
 */
public record Emulated() implements Fact.OfHost<Boolean> {
    /** How many times as long as elsewhere to wait there. */
    public static final int SLOWNESS = DomainType.QEMU.slowness();

    @Override
    public Command command() {
        return Command.of("systemd-detect-virt", "--vm");
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.out().strip().equals("qemu");
    }
}
