package io.kubelab.steps.cluster;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.step.Fact;
import java.util.Optional;

/** A small file that nobody may see; empty if there is none. */
record SecretFile(String path) implements Fact.OfFile<Optional<Content.Secret>> {
    @Override
    public Command command() {
        return Command.of("cat", path);
    }

    @Override
    public Optional<Content.Secret> parse(CommandResult result) {
        return result.ok() ? Optional.of(new Content.Secret(result.out())) : Optional.empty();
    }
}
