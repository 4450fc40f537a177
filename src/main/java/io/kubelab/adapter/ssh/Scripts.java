package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The programs of our own that run on a host, from files beside this class. */
final class Scripts {
    /** Ends what descends from process {@code $ancestor}. */
    static final String END_DESCENDANTS = read("end-descendants.sh");

    /** Starts a detached command, or finds it running, and follows it. */
    static final String DETACHED = read("detached.sh");

    /** Keeps a detached command. */
    static final String KEEPER = read("keeper.sh");

    /** Holds a lock as long as somebody is at the other end. */
    static final String LOCK = read("lock.sh");

    private Scripts() {}

    private static String read(String name) {
        try (var stream = Scripts.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from the program");
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
