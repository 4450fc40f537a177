package io.kubelab.cli;

import io.kubelab.adapter.console.Prompt;
import io.kubelab.adapter.console.RunView;
import io.kubelab.adapter.ssh.Questions;
import io.kubelab.remote.Content;
import java.util.Optional;

/**
 * What SSH wants to know, asked at the terminal.
 *
 * @param view keeps still meanwhile
 */
record TerminalQuestions(RunView view) implements Questions {
    @Override
    public Optional<Content.Secret> passphrase(String key) {
        return Prompt.ofTerminal()
                .map(prompt -> view.aside(() -> prompt.secret("Passphrase of %s: ".formatted(key))))
                .filter(secret -> !secret.text().isEmpty());
    }

    @Override
    public Trust firstContact(String host, String keyType, String fingerprint) {
        return Prompt.ofTerminal()
                .map(prompt -> view.aside(() -> trust(prompt, host, keyType, fingerprint)))
                .orElse(Trust.NOBODY_TO_ASK);
    }

    private static Trust trust(Prompt prompt, String host, String keyType, String fingerprint) {
        String question =
                "The host '%s' is not known yet. Its %s key is %s.%nIs that right (yes/no)? "
                        .formatted(host, keyType, fingerprint);
        return prompt.line(question).equals("yes") ? Trust.ACCEPT : Trust.REFUSE;
    }
}
