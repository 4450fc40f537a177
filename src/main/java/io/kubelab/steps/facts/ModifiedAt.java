package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** When a file's content was last changed; empty if there is no such file. */
public record ModifiedAt(String path) implements Fact.OfFile<Optional<Instant>> {
    @Override
    public Command command() {
        return Command.of("stat", "--dereference", "--format", "%.9Y", path);
    }

    @Override
    public Optional<Instant> parse(CommandResult result) {
        if (!result.ok()) {
            return Optional.empty();
        }
        var seconds = new BigDecimal(result.out().strip());
        return Optional.of(
                Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
    }
}
