package io.kubelab.adapter.ssh;

import io.kubelab.remote.Content;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A person is asked one question at a time, and each question once. */
final class Answers {
    private final Questions questions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Content.Secret> passphrases = new HashMap<>();
    private final Map<String, Questions.Trust> contacts = new HashMap<>();

    /** Whether an answer was tried already. */
    enum Attempt {
        FIRST,
        /** What was answered before is wrong. */
        AGAIN
    }

    Answers(Questions questions) {
        this.questions = questions;
    }

    Optional<Content.Secret> passphrase(String key, Attempt attempt) {
        lock.lock();
        try {
            Content.Secret known = passphrases.get(key);
            if (known != null && attempt == Attempt.FIRST) {
                return Optional.of(known);
            }
            Optional<Content.Secret> answer = questions.passphrase(key);
            answer.ifPresent(secret -> passphrases.put(key, secret));
            return answer;
        } finally {
            lock.unlock();
        }
    }

    Questions.Trust firstContact(String host, String keyType, String fingerprint) {
        lock.lock();
        try {
            return contacts.computeIfAbsent(
                    host + " " + fingerprint,
                    _ -> questions.firstContact(host, keyType, fingerprint));
        } finally {
            lock.unlock();
        }
    }
}
