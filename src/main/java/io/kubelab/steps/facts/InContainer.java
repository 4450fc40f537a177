package io.kubelab.steps.facts;

import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;

/**
 * Whether a host is a container, which shares the kernel of another one (systemd-detect-virt(1)).
 * Of the lab's own machines the settings say it.
 */
public record InContainer() implements Fact.OfHost<Boolean> {
    public static boolean is(Target target) {
        return target.host().in(Inventory.MACHINES)
                ? target.settings().machines().domainType().isContainer()
                : target.ask(new InContainer());
    }

    @Override
    public Command command() {
        return Command.of("systemd-detect-virt", "--quiet", "--container");
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }
}
