package io.kubelab.adapter.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one image of an OCI image layout (image-spec 1.1).
 *
 * @param manifest the image's manifest, whose digest is the image's
 * @param parts layers and configuration
 */
record OciLayout(Part manifest, List<Part> parts) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * @param digest {@code sha256:…}
     * @param size in bytes
     */
    record Part(String digest, long size, Path file) {
        private static Part of(Path layout, JsonNode descriptor) {
            String digest = descriptor.path("digest").asString("");
            return new Part(
                    digest,
                    descriptor.path("size").asLong(-1),
                    layout.resolve("blobs").resolve(digest.replace(':', '/')));
        }

        /** By its size: reading everything would cost seconds on each run. */
        private boolean isWhole() {
            try {
                return Files.isRegularFile(file) && Files.size(file) == size;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Empty if there is none or a part of it is missing. */
    static Optional<OciLayout> read(Path layout) {
        Path index = layout.resolve("index.json");
        if (!Files.exists(index)) {
            return Optional.empty();
        }
        try {
            Part manifest = Part.of(layout, json(index).path("manifests").path(0));
            if (!manifest.isWhole()) {
                return Optional.empty();
            }
            JsonNode image = json(manifest.file());
            List<Part> parts =
                    Stream.concat(
                                    image.path("layers").valueStream(),
                                    Stream.of(image.path("config")))
                            .map(descriptor -> Part.of(layout, descriptor))
                            .toList();
            return parts.stream().allMatch(Part::isWhole)
                    ? Optional.of(new OciLayout(manifest, parts))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
