package io.kubelab.steps.node;

import io.kubelab.release.SigningKey;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The OpenPGP keys of a text in ASCII armor; none if it is something else. */
record KeysIn(String text) implements Fact.OfWorkstation<List<SigningKey>> {
    @Override
    public List<SigningKey> read(Workstation workstation) {
        return workstation.signingKeys().read(text);
    }

    /** That of them which has this fingerprint, alone in ASCII armor. */
    static Optional<String> find(Target target, String text, String fingerprint) {
        return target.ask(new KeysIn(text)).stream()
                .filter(key -> key.fingerprint().equals(fingerprint.toUpperCase(Locale.ROOT)))
                .map(SigningKey::armored)
                .findFirst();
    }
}
