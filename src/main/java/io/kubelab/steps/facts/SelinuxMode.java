package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.Optional;

/** SELinux's mode (getenforce(8)); empty where there is none. */
public record SelinuxMode() implements Fact.OfHost<Optional<String>> {
    /** Whether the machine's kernel labels what it runs; a container's is its virthost's. */
    public static boolean labels(Target target) {
        return !target.settings().machines().domainType().isContainer()
                && target.ask(new SelinuxMode())
                        .filter(mode -> !mode.equals("Disabled"))
                        .isPresent();
    }

    @Override
    public Command command() {
        return Command.of("getenforce");
    }

    @Override
    public Optional<String> parse(CommandResult result) {
        return result.ok() ? Optional.of(result.out().strip()) : Optional.empty();
    }
}
