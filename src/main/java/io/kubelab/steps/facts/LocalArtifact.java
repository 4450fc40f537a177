package io.kubelab.steps.facts;

import io.kubelab.remote.Content;
import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A small file of the workstation, whatever its bytes; empty if there is none. */
public record LocalArtifact(Path path) implements Fact.OfWorkstation<Optional<Content.Artifact>> {
    @Override
    public Optional<Content.Artifact> read(Workstation workstation) {
        try {
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
            return Optional.of(new Content.Artifact(path, HexFormat.of().formatHex(digest)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
