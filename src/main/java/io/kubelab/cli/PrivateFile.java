package io.kubelab.cli;

import io.kubelab.remote.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files of the workstation that nobody but their owner reads: mode 0600. */
final class PrivateFile {
    private PrivateFile() {}

    /** Writes it whole or not at all, in place of what was there. */
    static Path write(Path file, Content.Secret text) {
        try {
            Path directory = file.toAbsolutePath().resolveSibling("");
            Files.createDirectories(directory);
            Path written =
                    Files.createTempFile(
                            directory,
                            ".kubelab-",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, text.text());
            return Files.move(
                    written,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that goes with its command. */
    static Path temporary(Path directory, String name, Content.Secret text) {
        return write(
                directory.resolve(".%s-%d".formatted(name, ProcessHandle.current().pid())), text);
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
