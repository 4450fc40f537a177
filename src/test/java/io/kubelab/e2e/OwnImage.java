package io.kubelab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * An image of a user's own: one program that says what it was told to say and stays. In the forms
 * that tools write.
 *
 * @param directory for its files
 */
record OwnImage(Path directory) {
    private static final Duration COMPILED = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final String PROGRAM =
            """
            package main

            import (
            	"fmt"
            	"os"
            	"time"
            )

            func main() {
            	fmt.Println(os.Args[1])
            	time.Sleep(10000 * time.Hour)
            }
            """;

    /** Compiles the program. */
    static OwnImage in(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("say.go"), PROGRAM);
            shell(
                    COMPILED,
                    "PATH=$PATH:/usr/local/go/bin CGO_ENABLED=0 go build -o '%1$s/say' '%1$s/say.go'"
                            .formatted(directory));
            shell(SOON, "tar -C '%1$s' -cf '%1$s/layer.tar' say".formatted(directory));
            return new OwnImage(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An OCI image layout, as a directory. */
    Path layout(String says) {
        try {
            Path layout = directory.resolve("layout-" + says);
            Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
            byte[] layer = layer();
            byte[] config = config(says);
            Files.write(blobs.resolve(sha256(layer)), layer);
            Files.write(blobs.resolve(sha256(config)), config);
            byte[] manifest =
                    """
                    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:%s", "size": %d},
                     "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:%s", "size": %d}]}
                    """
                            .formatted(sha256(config), config.length, sha256(layer), layer.length)
                            .getBytes(StandardCharsets.UTF_8);
            Files.write(blobs.resolve(sha256(manifest)), manifest);
            Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}");
            Files.writeString(
                    layout.resolve("index.json"),
                    """
                    {"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json",
                     "digest": "sha256:%s", "size": %d}]}
                    """
                            .formatted(sha256(manifest), manifest.length));
            return layout;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as a tar file. */
    Path layoutInTar(String says) {
        Path file = directory.resolve(says + ".oci.tar");
        shell(SOON, "tar -C '%s' -cf '%s' .".formatted(layout(says), file));
        return file;
    }

    /** What {@code docker save} writes, with its name in it. */
    Path saved(String name, String says) {
        try {
            Path tree = Files.createDirectories(directory.resolve("saved-" + says));
            byte[] config = config(says);
            String file = sha256(config) + ".json";
            Files.write(tree.resolve(file), config);
            Files.createDirectories(tree.resolve("1"));
            Files.write(tree.resolve("1/layer.tar"), layer());
            Files.writeString(
                    tree.resolve("manifest.json"),
                    "[{\"Config\": \"%s\", \"RepoTags\": [\"%s\"], \"Layers\": [\"1/layer.tar\"]}]"
                            .formatted(file, name));
            Path archive = directory.resolve(says + ".docker.tar");
            shell(SOON, "cd '%s' && tar -cf '%s' *".formatted(tree, archive));
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] config(String says) throws IOException {
        return """
        {"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/say", "%s"]},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
                .formatted(says, sha256(layer()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] layer() throws IOException {
        return Files.readAllBytes(directory.resolve("layer.tar"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void shell(Duration limit, String line) {
        Ran.run(limit, "sh", "-c", line).succeeds();
    }
}
