package io.kubelab.steps.bundle;

import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a directory holds that was built (a build renames it to its name when it is done) and whose
 * contents nobody has written down yet; empty if there is no such directory.
 */
public record UnrecordedContents(Path directory) implements Fact.OfWorkstation<Optional<Contents>> {
    @Override
    public Optional<Contents> read(Workstation workstation) {
        if (!Files.isDirectory(directory) || Files.exists(directory.resolve(Contents.FILE))) {
            return Optional.empty();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            var entries = new ArrayList<Contents.Entry>();
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                entries.add(
                        new Contents.Entry(
                                sha256(file),
                                Files.size(file),
                                directory.relativize(file).toString()));
            }
            return Optional.of(new Contents(entries));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
