package io.kubelab.remote;

import java.nio.file.Path;

/** What goes into a file or a standard input. */
public sealed interface Content {
    Content NONE = new Text("");

    /** Anyone may see it. */
    record Text(String text) implements Content {}

    /** Printed, logged and previewed as {@code ***}. */
    record Secret(String text) implements Content {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * A file of the workstation, streamed and never held in memory.
     *
     * @param sha256 lower-case hex digest of the bytes
     */
    record Artifact(Path file, String sha256) implements Content {}
}
