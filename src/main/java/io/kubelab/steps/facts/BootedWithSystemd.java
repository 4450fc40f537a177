package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/** Whether systemd is process 1 of a host (sd_booted(3)). */
public record BootedWithSystemd() implements Fact.OfHost<Boolean> {
    @Override
    public Command command() {
        return Command.of("test", "-d", "/run/systemd/system");
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }
}
