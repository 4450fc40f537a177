package io.kubelab.adapter.oci;

import io.kubelab.failure.InvalidInput;
import io.kubelab.image.Images.Given;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image as somebody has it: an OCI image layout (image-spec 1.1), as a directory or in a tar
 * file, or what {@code docker save} writes. It becomes a layout with the one image that nodes can
 * run.
 */
final class GivenImage {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "index.json";
    private static final String DOCKER = "manifest.json";

    /** Where names stand, the fuller one first. */
    private static final List<String> NAMES =
            List.of("io.containerd.image.name", "org.opencontainers.image.ref.name");

    private final Path given;
    private final Path scratch;

    private GivenImage(Path given, Path scratch) {
        this.given = given;
        this.scratch = scratch;
    }

    static Given read(Path given, Path scratch) throws IOException {
        return new GivenImage(given, scratch).read();
    }

    private Given read() throws IOException {
        Path directory = Files.isDirectory(given) ? given : unpacked();
        try {
            if (Files.exists(directory.resolve(INDEX))) {
                return ofLayout(directory);
            }
            if (Files.exists(directory.resolve(DOCKER))) {
                return ofDocker(directory);
            }
        } catch (JacksonException e) {
            throw refused("a part of it is not JSON (%s)".formatted(e.getOriginalMessage()));
        }
        throw refused("neither an index.json (OCI) nor a manifest.json (docker save) is in it");
    }

    private Path unpacked() throws IOException {
        Path into = Files.createDirectories(scratch.resolve("unpacked"));
        if (!Files.isRegularFile(given)) {
            throw refused("there is no such file or directory");
        }
        int entries = 0;
        try (var tar = new TarArchiveInputStream(plain())) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                entries++;
                Path file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) {
                    throw refused("'%s' in it leads out of it".formatted(entry.getName()));
                }
                if (entry.isFile()) {
                    Files.createDirectories(file.resolveSibling(""));
                    Files.copy(tar, file);
                }
            }
        } catch (IOException e) {
            throw refused("it can't be read as a tar file (%s)".formatted(e.getMessage()));
        }
        if (entries == 0) {
            throw refused("it is not a tar file, or an empty one");
        }
        return into;
    }

    private InputStream plain() throws IOException {
        var file = new BufferedInputStream(Files.newInputStream(given));
        file.mark(2);
        boolean packed = file.read() == 0x1f && file.read() == 0x8b;
        file.reset();
        return packed ? new GZIPInputStream(file) : file;
    }

    private Given ofLayout(Path directory) throws IOException {
        var fitting = new ArrayList<Found>();
        find(directory, json(directory.resolve(INDEX)), Optional.empty(), fitting);
        var byDigest = new LinkedHashMap<String, Found>();
        fitting.forEach(f -> byDigest.putIfAbsent(f.digest(), f));
        List<Found> different = List.copyOf(byDigest.values());
        if (different.isEmpty()) {
            throw refused("no image in it is for linux/amd64");
        }
        if (different.size() > 1) {
            throw refused(
                    "there are %d images in it; save the one that is meant by itself"
                            .formatted(different.size()));
        }
        Found found = different.getFirst();
        Path layout = Files.createDirectories(scratch.resolve("layout"));
        Files.createSymbolicLink(
                layout.resolve("blobs"), directory.resolve("blobs").toAbsolutePath());
        return written(layout, found.descriptor(), found.name());
    }

    /** An image for nodes. */
    private record Found(JsonNode descriptor, Optional<String> name) {
        String digest() {
            return descriptor.path("digest").asString("");
        }
    }

    /** An index may name indexes; what has no platform says it in its configuration. */
    private void find(Path directory, JsonNode index, Optional<String> name, List<Found> found)
            throws IOException {
        for (JsonNode descriptor : index.path("manifests")) {
            Optional<String> own = name(descriptor).or(() -> name);
            JsonNode content = json(blob(directory, descriptor));
            if (content.has("manifests")) {
                find(directory, content, own, found);
                continue;
            }
            JsonNode platform =
                    descriptor.has("platform")
                            ? descriptor.path("platform")
                            : json(blob(directory, content.path("config")));
            if (platform.path("os").asString("").equals("linux")
                    && platform.path("architecture").asString("").equals("amd64")) {
                for (JsonNode part : content.path("layers")) {
                    check(blob(directory, part), part.path("digest").asString(""));
                }
                found.add(new Found(descriptor, own));
            }
        }
    }

    private static Optional<String> name(JsonNode descriptor) {
        return NAMES.stream()
                .map(n -> descriptor.path("annotations").path(n).asString(""))
                .filter(n -> !n.isEmpty())
                .findFirst();
    }

    private Path blob(Path directory, JsonNode descriptor) throws IOException {
        String digest = descriptor.path("digest").asString("");
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw refused("'%s' in it is no digest".formatted(digest));
        }
        Path blob = directory.resolve("blobs/sha256").resolve(digest.substring(7));
        if (!Files.isRegularFile(blob)) {
            throw refused("%s is missing in it".formatted(digest));
        }
        return blob;
    }

    private void check(Path blob, String digest) throws IOException {
        if (!digest.equals(digest(blob))) {
            throw refused("%s in it was damaged: its digest is another".formatted(digest));
        }
    }

    private Given ofDocker(Path directory) throws IOException {
        JsonNode images = json(directory.resolve(DOCKER));
        if (images.size() != 1) {
            throw refused(
                    "there are %d images in it; save the one that is meant by itself"
                            .formatted(images.size()));
        }
        JsonNode image = images.path(0);
        Path layout = scratch.resolve("layout");
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        JsonNode config = json(part(directory, image.path("Config")));
        if (!config.path("os").asString("").equals("linux")
                || !config.path("architecture").asString("").equals("amd64")) {
            throw refused(
                    "it is for %s/%s, and nodes are linux/amd64"
                            .formatted(
                                    config.path("os").asString(""),
                                    config.path("architecture").asString("")));
        }
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST);
        manifest.set(
                "config",
                kept(
                        part(directory, image.path("Config")),
                        blobs,
                        "application/vnd.oci.image.config.v1+json"));
        ArrayNode layers = manifest.putArray("layers");
        for (JsonNode layer : image.path("Layers")) {
            Path file = part(directory, layer);
            layers.add(
                    kept(
                            file,
                            blobs,
                            isPacked(file)
                                    ? "application/vnd.oci.image.layer.v1.tar+gzip"
                                    : "application/vnd.oci.image.layer.v1.tar"));
        }
        Path unnamed = Files.write(blobs.resolve("manifest"), JSON.writeValueAsBytes(manifest));
        JsonNode descriptor = kept(unnamed, blobs, MANIFEST);
        String name = image.path("RepoTags").path(0).asString("");
        return written(layout, descriptor, Optional.of(name).filter(n -> !n.isEmpty()));
    }

    private Path part(Path directory, JsonNode path) {
        Path file = directory.resolve(path.asString("")).normalize();
        if (!file.startsWith(directory) || !Files.isRegularFile(file)) {
            throw refused("'%s' is missing in it".formatted(path.asString("")));
        }
        return file;
    }

    /** Moves a file among the blobs and describes it. */
    private static JsonNode kept(Path file, Path blobs, String type) throws IOException {
        String digest = digest(file);
        Path blob = blobs.resolve(digest.substring("sha256:".length()));
        if (!Files.exists(blob)) {
            Files.createLink(blob, file);
        }
        ObjectNode descriptor = JSON.createObjectNode();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest);
        descriptor.put("size", Files.size(blob));
        return descriptor;
    }

    private static boolean isPacked(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return bytes.read() == 0x1f && bytes.read() == 0x8b;
        }
    }

    private static Given written(Path layout, JsonNode descriptor, Optional<String> name)
            throws IOException {
        ObjectNode index = JSON.createObjectNode();
        index.put("schemaVersion", 2);
        index.putArray("manifests").add(descriptor);
        Files.write(layout.resolve(INDEX), JSON.writeValueAsBytes(index));
        return new Given(layout, name);
    }

    private static String digest(Path file) throws IOException {
        try (var bytes =
                new DigestInputStream(
                        Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return "sha256:" + HexFormat.of().formatHex(bytes.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readAllBytes(file));
    }

    private InvalidInput refused(String why) {
        return new InvalidInput(
                given.toString(),
                why
                        + "; an image is an OCI layout (a directory or a tar file), or what 'docker save' writes");
    }
}
