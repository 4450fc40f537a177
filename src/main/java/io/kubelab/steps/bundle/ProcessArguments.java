package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Set;
import java.util.stream.Collectors;

/** The command lines of all processes (ps(1) of procps). */
public record ProcessArguments() implements Fact.OfHost<Set<String>> {
    @Override
    public Command command() {
        return Command.of("ps", "-e", "-ww", "-o", "args=");
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out().lines().map(String::strip).collect(Collectors.toUnmodifiableSet());
    }
}
