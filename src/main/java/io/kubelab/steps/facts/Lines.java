package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.List;

/** What a command that only looks prints, whatever its status; nothing without the program. */
public record Lines(Command command) implements Fact.OfHost<List<String>> {
    public static Lines of(String program, String... arguments) {
        return new Lines(Command.of(program, arguments));
    }

    @Override
    public List<String> parse(CommandResult result) {
        return result.out().lines().toList();
    }
}
