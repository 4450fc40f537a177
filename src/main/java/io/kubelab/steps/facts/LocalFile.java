package io.kubelab.steps.facts;

import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A small text file of the workstation; empty if there is none. */
public record LocalFile(Path path) implements Fact.OfWorkstation<Optional<LocalFile.Found>> {
    /**
     * @param permissions as ls(1) prints them: {@code rw-------}
     */
    public record Found(String text, String permissions) {
        /** Nobody but its owner can read or write it. */
        public boolean isPrivate() {
            return permissions.endsWith("------");
        }

        @Override
        public String toString() {
            return permissions;
        }
    }

    @Override
    public Optional<Found> read(Workstation workstation) {
        try {
            return Files.isRegularFile(path)
                    ? Optional.of(
                            new Found(
                                    Files.readString(path),
                                    PosixFilePermissions.toString(
                                            Files.getPosixFilePermissions(path))))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
