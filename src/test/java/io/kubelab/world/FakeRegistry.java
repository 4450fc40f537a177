package io.kubelab.world;

import io.kubelab.image.ImageSpec;
import io.kubelab.image.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Images as files of one line, and a registry that has what was pushed while it answered. */
final class FakeRegistry implements Images {
    private final Map<String, String> pushed = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();

    @Override
    public void assemble(ImageSpec image, Path layout) {
        try {
            Files.createDirectories(layout);
            Files.writeString(layout.resolve("index.json"), image.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Given given(Path image, Path scratch) {
        throw new UnsupportedOperationException("no step asks for somebody's image");
    }

    @Override
    public Optional<String> digest(Path layout) {
        Path index = layout.resolve("index.json");
        try {
            return Files.exists(index)
                    ? Optional.of(
                            "sha256:" + Integer.toHexString(Files.readString(index).hashCode()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized Optional<String> digest(String registry, String repository, String tag) {
        return Optional.ofNullable(pushed.get(repository + ":" + tag));
    }

    @Override
    public synchronized void push(Path layout, String registry, String repository, String tag) {
        changes.add("push " + repository + ":" + tag);
        pushed.put(repository + ":" + tag, digest(layout).orElseThrow());
    }

    @Override
    public synchronized String toString() {
        return pushed.toString();
    }

    synchronized List<String> changes() {
        return List.copyOf(changes);
    }
}
