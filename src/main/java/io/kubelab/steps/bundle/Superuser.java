package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Fact;

/** How commands become root's. */
record Superuser() implements Fact.OfHost<Privilege> {
    @Override
    public Command command() {
        return Command.of("id", "-u").then(Privilege.CHANGES_USER.run(Command.of("true")));
    }

    @Override
    public Privilege parse(CommandResult result) {
        if ("0".equals(result.out().strip())) {
            return Privilege.ROOT;
        }
        return result.ok() ? Privilege.CHANGES_USER : Privilege.SUDO;
    }
}
