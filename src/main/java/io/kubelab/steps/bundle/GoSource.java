package io.kubelab.steps.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the programs of a {@link GoModule} are compiled from. */
sealed interface GoSource {
    /** What makes it another source than any other. */
    List<String> parts();

    /**
     * A module of {@code bundle/}.
     *
     * @param digest of every file of its directory
     */
    record Pinned(String digest) implements GoSource {
        @Override
        public List<String> parts() {
            return List.of(digest);
        }
    }

    /**
     * Another release of what {@code bundle/} pins, with the dependencies that it asks for itself.
     *
     * @param module its path
     * @param version {@code v4.2.3}
     */
    record Released(String module, String version) implements GoSource {
        @Override
        public List<String> parts() {
            return List.of("release", version);
        }
    }

    /**
     * Nothing: its project publishes the programs.
     *
     * @param version {@code v1.37.0}
     */
    record Fetched(String version, List<PinnedFile> files) implements GoSource {
        public Fetched {
            files = List.copyOf(files);
        }

        @Override
        public List<String> parts() {
            var parts = new ArrayList<>(List.of("fetched", version));
            for (PinnedFile file : files) {
                parts.add(file.sha256());
                parts.addAll(file.members());
            }
            return List.copyOf(parts);
        }
    }

    /**
     * Somebody's working tree.
     *
     * @param directory where the compiler is called
     * @param digest of every file that it may read
     */
    record Directory(Path directory, String digest) implements GoSource {
        @Override
        public List<String> parts() {
            return List.of("directory", digest);
        }
    }
}
