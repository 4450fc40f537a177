package io.kubelab.adapter.ssh;

import java.util.List;

/** Closes what can't fail in a way that matters: its peer may have gone first. */
final class Closing {
    private Closing() {}

    static void quietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // it has gone
        }
    }

    /** The last made is closed first. */
    static void all(List<AutoCloseable> made) {
        made.reversed().forEach(Closing::quietly);
    }
}
