package io.kubelab.adapter.ssh;

import io.kubelab.remote.Content;
import java.util.Optional;

/** What only a person can answer. Called by many threads, one at a time. */
public interface Questions {
    /**
     * @param key the file whose passphrase is wanted
     * @return empty: nobody can be asked, or nobody knows
     */
    Optional<Content.Secret> passphrase(String key);

    /**
     * A host is met for the first time.
     *
     * @param fingerprint as {@code ssh-keygen -l} prints it: {@code SHA256:…}
     */
    Trust firstContact(String host, String keyType, String fingerprint);

    /** An answer. */
    enum Trust {
        ACCEPT,
        REFUSE,
        /** There is no terminal. */
        NOBODY_TO_ASK
    }

    /** For programs without a terminal. */
    Questions NOBODY =
            new Questions() {
                @Override
                public Optional<Content.Secret> passphrase(String key) {
                    return Optional.empty();
                }

                @Override
                public Trust firstContact(String host, String keyType, String fingerprint) {
                    return Trust.NOBODY_TO_ASK;
                }
            };
}
