package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Set;
import java.util.stream.Collectors;

/** The names in a directory; none if there is no such directory. */
public record DirectoryEntries(String path) implements Fact.OfHost<Set<String>> {
    @Override
    public Command command() {
        return Command.of("ls", "-A1", path);
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out().lines().collect(Collectors.toUnmodifiableSet());
    }
}
