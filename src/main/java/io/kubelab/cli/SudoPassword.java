package io.kubelab.cli;

import io.kubelab.adapter.console.Prompt;
import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Content;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code -K}: the password that sudo wants on the hosts. */
final class SudoPassword {
    private static final String ASK = "-K";

    private Optional<Content.Secret> answer = Optional.empty();

    static void describe(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(ASK, "--ask-become-pass")
                        .description("Ask for the password that sudo wants on the hosts.")
                        .build());
    }

    /**
     * Empty unless the user wants to be asked, which happens once.
     *
     * @throws InvalidInput if there is no terminal to ask at
     */
    synchronized Optional<Content.Secret> of(Invocation invocation) {
        if (answer.isEmpty() && invocation.has(ASK)) {
            answer =
                    Optional.of(
                            Prompt.ofTerminal()
                                    .orElseThrow(() ->
                                            new InvalidInput(
                                                    ASK,
                                                    "there is no terminal to ask for the password at"))
                                    .secret("sudo's password on the hosts: "));
        }
        return answer;
    }
}
