package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.time.Duration;

/** What a package repository says is the key that signs it; to be trusted by nobody as it is. */
record OfferedKey(String url) implements Fact.OfHost<OfferedKey.Found> {
    private static final int LIMIT_SECONDS = 15;

    /**
     * @param text empty if it can't be fetched
     * @param problem why, in curl's words
     */
    record Found(String text, String problem) {}

    @Override
    public Command command() {
        return Command.of(
                "curl",
                "--silent",
                "--show-error",
                "--fail",
                "--location",
                "--proto-redir",
                "=https,http",
                "--max-time",
                String.valueOf(LIMIT_SECONDS),
                "--max-filesize",
                "1000000",
                url);
    }

    @Override
    public Found parse(CommandResult result) {
        return result.ok() ? new Found(result.out(), "") : new Found("", result.err().strip());
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(LIMIT_SECONDS + 5);
    }
}
