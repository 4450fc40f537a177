package io.kubelab.steps.facts;

import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * How a file of the workstation looks from outside, however large it is; empty if there is none.
 */
public record LocalLook(Path path) implements Fact.OfWorkstation<Optional<LocalLook.Found>> {
    /**
     * @param size in bytes
     * @param modified when its content was last changed
     */
    public record Found(long size, Instant modified) {}

    @Override
    public Optional<Found> read(Workstation workstation) {
        try {
            return Files.isRegularFile(path)
                    ? Optional.of(
                            new Found(
                                    Files.size(path), Files.getLastModifiedTime(path).toInstant()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
