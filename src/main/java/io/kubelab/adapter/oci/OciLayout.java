package io.kubelab.adapter.oci;

import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one image of an OCI image layout (image-spec 1.1).
 *
 * @param manifest the image's manifest, whose digest is the image's
 * @param parts layers and configuration
 */
record OciLayout(Part manifest, List<Part> parts) {
    /**
     * @param digest {@code sha256:…}
     * @param size in bytes
     */
    record Part(String digest, long size, Path file) {
        private static Part of(Path layout, Node descriptor) {
            String digest = descriptor.text("digest").orElse("");
            return new Part(
                    digest,
                    descriptor
                            .text("size")
                            .filter(size -> size.matches("[0-9]{1,18}"))
                            .map(Long::parseLong)
                            .orElse(-1L),
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
    static Optional<OciLayout> read(Path layout, JsonReader json) {
        return read(json, layout.resolve("index.json"))
                .flatMap(index -> index.at("manifests", "0"))
                .map(descriptor -> Part.of(layout, descriptor))
                .filter(Part::isWhole)
                .flatMap(manifest ->
                        read(json, manifest.file())
                                .map(image -> new OciLayout(manifest, parts(layout, image))))
                .filter(image -> image.parts().stream().allMatch(Part::isWhole));
    }

    private static List<Part> parts(Path layout, Node image) {
        return Stream.concat(image.list("layers").stream(), image.at("config").stream())
                .map(descriptor -> Part.of(layout, descriptor))
                .toList();
    }

    private static Optional<Node> read(JsonReader json, Path file) {
        try {
            return Files.exists(file)
                    ? json.read(file.toString(), Files.readAllBytes(file))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
