package io.kubelab.adapter.oci;

import io.kubelab.image.ImageSpec;
import io.kubelab.remote.Content;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import land.oras.Config;
import land.oras.Layer;
import land.oras.LayoutRef;
import land.oras.Manifest;
import land.oras.OCILayout;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an OCI image layout (image-spec 1.1) that is the same, byte by byte, whenever its input
 * is: nothing in it tells the time or who made it.
 */
final class LayoutWriter {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String SEARCH_PATH =
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int PROGRAM = 0100755;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final Path blobs;

    private LayoutWriter(Path directory) {
        this.directory = directory;
        this.blobs = directory.resolve("blobs").resolve("sha256");
    }

    static void write(ImageSpec image, Path directory) throws IOException {
        new LayoutWriter(directory).write(image);
    }

    private void write(ImageSpec image) throws IOException {
        Files.createDirectories(blobs);
        OCILayout layout = OCILayout.builder().defaults(directory).build();
        var layers = new ArrayList<Layer>();
        for (Content.Artifact layer : image.layers()) {
            layers.add(archive(layer));
        }
        if (!image.files().isEmpty()) {
            layers.add(programs(image.files()));
        }
        String tag = image.reference().substring(image.reference().lastIndexOf(':') + 1);
        LayoutRef reference = LayoutRef.of(layout, tag);
        byte[] described = JSON.writeValueAsBytes(config(image, layers));
        Layer config =
                layout.pushBlob(
                        reference.withDigest(
                                "sha256:" + HexFormat.of().formatHex(sha256().digest(described))),
                        described.length,
                        () -> new ByteArrayInputStream(described),
                        Map.of());
        var _ =
                layout.pushManifest(
                        reference,
                        Manifest.empty()
                                .withConfig(Config.fromBlob(CONFIG, config))
                                .withLayers(layers));
    }

    /** A hard link where the file system allows it: these layers are big and shared. */
    private Layer archive(Content.Artifact archive) throws IOException {
        Path blob = blobs.resolve(archive.sha256());
        if (!Files.exists(blob)) {
            try {
                Files.createLink(blob, archive.file());
            } catch (FileSystemException | UnsupportedOperationException e) {
                Files.copy(archive.file(), blob);
            }
        }
        return layer(archive.sha256(), Files.size(blob));
    }

    private Layer programs(List<ImageSpec.Entry> files) throws IOException {
        Path unnamed = blobs.resolve("layer");
        MessageDigest digest = sha256();
        try (OutputStream file =
                        new DigestOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(unnamed), 1 << 20),
                                digest);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
            for (ImageSpec.Entry program : files) {
                var entry = new TarArchiveEntry(program.path());
                entry.setMode(PROGRAM);
                entry.setSize(Files.size(program.source()));
                entry.setModTime(0);
                entry.setIds(0, 0);
                tar.putArchiveEntry(entry);
                Files.copy(program.source(), tar);
                tar.closeArchiveEntry();
            }
        }
        String name = HexFormat.of().formatHex(digest.digest());
        Files.move(unnamed, blobs.resolve(name));
        return layer(name, Files.size(blobs.resolve(name)));
    }

    private static Layer layer(String sha256, long size) {
        return Layer.fromDigest("sha256:" + sha256, size).withMediaType(LAYER);
    }

    /** Layers aren't compressed, so that the digests of their contents are their own. */
    private static JsonNode config(ImageSpec image, List<Layer> layers) {
        ObjectNode config = JSON.createObjectNode();
        config.put("architecture", image.architecture());
        config.put("os", "linux");
        ObjectNode process = config.putObject("config");
        ArrayNode environment = process.putArray("Env");
        environment.add(SEARCH_PATH);
        if (!image.entrypoint().isEmpty()) {
            ArrayNode entrypoint = process.putArray("Entrypoint");
            image.entrypoint().forEach(entrypoint::add);
        }
        ObjectNode root = config.putObject("rootfs");
        root.put("type", "layers");
        ArrayNode contents = root.putArray("diff_ids");
        layers.forEach(layer -> contents.add(layer.getDigest()));
        return config;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
