package io.kubelab.steps.cluster;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.time.Instant;

/** What a host's clock says, in whole seconds. */
record HostTime() implements Fact.OfHost<Instant> {
    @Override
    public Command command() {
        return Command.of("date", "+%s");
    }

    @Override
    public Instant parse(CommandResult result) {
        return Instant.ofEpochSecond(Long.parseLong(result.out().strip()));
    }
}
