package io.kubelab.steps.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The artifacts in the cache that are whole: every file is there, has its size and was not written
 * to after its digest was taken. (A digest of everything would cost seconds on every run.)
 */
final class StoredArtifacts {
    private StoredArtifacts() {}

    /**
     * @param made when the contents were written down
     */
    record Stored(Contents contents, Instant made) {}

    /** By directory. */
    static Map<Path, Stored> in(Path cache) {
        var whole = new HashMap<Path, Stored>();
        for (Kind kind : Kind.values()) {
            for (Path directory : directories(cache.resolve(kind.directory()))) {
                stored(directory).ifPresent(found -> whole.put(directory, found));
            }
        }
        return whole;
    }

    static List<Path> directories(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Stored> stored(Path directory) {
        Path file = directory.resolve(Contents.FILE);
        try {
            Contents found = Contents.parse(Files.readString(file));
            FileTime written = Files.getLastModifiedTime(file);
            for (Contents.Entry entry : found.entries()) {
                BasicFileAttributes attributes =
                        Files.readAttributes(
                                directory.resolve(entry.path()), BasicFileAttributes.class);
                if (attributes.size() != entry.size()
                        || attributes.lastModifiedTime().compareTo(written) > 0) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Stored(found, written.toInstant()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
