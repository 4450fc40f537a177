package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/** As whom commands run. */
public record Superuser() implements Fact.OfHost<Superuser.Found> {
    public enum Found {
        ROOT,
        ANOTHER
    }

    @Override
    public Command command() {
        return Command.of("id", "-u");
    }

    @Override
    public Found parse(CommandResult result) {
        return "0".equals(result.out().strip()) ? Found.ROOT : Found.ANOTHER;
    }
}
