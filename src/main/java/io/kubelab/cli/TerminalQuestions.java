package io.kubelab.cli;

import io.kubelab.adapter.console.Prompt;
import io.kubelab.adapter.ssh.Questions;
import io.kubelab.remote.Content;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What SSH wants to know, asked at the terminal.
 *
 * @param stillness keeps everything else from the terminal meanwhile
 */
record TerminalQuestions(Stillness stillness) implements Questions {
    /** Lets a conversation be had undisturbed. */
    interface Stillness {
        <T> T during(Supplier<T> conversation);
    }

    @Override
    public Optional<Content.Secret> passphrase(String key) {
        return Prompt.ofTerminal()
                .map(prompt ->
                        stillness.during(() -> prompt.secret("Passphrase of %s: ".formatted(key))))
                .filter(secret -> !secret.text().isEmpty());
    }

    @Override
    public Trust firstContact(String host, String keyType, String fingerprint) {
        return Prompt.ofTerminal()
                .map(prompt -> stillness.during(() -> trust(prompt, host, keyType, fingerprint)))
                .orElse(Trust.NOBODY_TO_ASK);
    }

    private static Trust trust(Prompt prompt, String host, String keyType, String fingerprint) {
        String question =
                "The host '%s' is not known yet. Its %s key is %s.%nIs that right (yes/no)? "
                        .formatted(host, keyType, fingerprint);
        return prompt.line(question).equals("yes") ? Trust.ACCEPT : Trust.REFUSE;
    }
}
