package io.kubelab.adapter.fabric8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What 'kubelab bundle' has built on this machine. */
final class BundledPrograms {
    private BundledPrograms() {}

    /** A program of the bundle, of whatever version. */
    static Path path(String item, String program) throws IOException {
        Path cache =
                Path.of(
                        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                .orElse(System.getProperty("user.home") + "/.cache"),
                        "kubelab/go");
        try (Stream<Path> artifacts = Files.list(cache)) {
            return artifacts
                    .filter(a -> a.getFileName().toString().startsWith(item + "-"))
                    .filter(a -> Files.exists(a.resolve("contents")))
                    .map(a -> a.resolve(program))
                    .findFirst()
                    .orElseThrow(() ->
                            new AssertionError(
                                    "%s is not in %s; run ./kubelab bundle"
                                            .formatted(item, cache)));
        }
    }
}
