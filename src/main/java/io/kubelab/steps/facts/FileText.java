package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Optional;

/** The text of a small file; empty if there is no such file. */
public record FileText(String path) implements Fact.OfFile<Optional<String>> {
    @Override
    public Command command() {
        return Command.of("cat", path);
    }

    @Override
    public Optional<String> parse(CommandResult result) {
        return result.ok() ? Optional.of(result.out()) : Optional.empty();
    }
}
