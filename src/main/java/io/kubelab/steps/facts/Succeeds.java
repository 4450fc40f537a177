package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/** Whether a command that only looks ends with status 0. */
public record Succeeds(Command command) implements Fact.OfHost<Boolean> {
    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }
}
