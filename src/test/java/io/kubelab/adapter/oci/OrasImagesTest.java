package io.kubelab.adapter.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Unreachable;
import io.kubelab.image.ImageSpec;
import io.kubelab.remote.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OrasImagesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir private Path directory;
    private final OrasImages images = new OrasImages(new JsonNodes());
    private LoopbackRegistry registry;
    private Path program;
    private Content.Artifact root;

    @BeforeEach
    void parts() throws IOException {
        registry = new LoopbackRegistry();
        program = Files.writeString(directory.resolve("program"), "#!/bin/true\n");
        Path tar = Files.write(directory.resolve("root.tar"), new byte[1024]);
        root = new Content.Artifact(tar, LoopbackRegistry.sha256(Files.readAllBytes(tar)));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageSpec image(String reference) {
        return new ImageSpec(
                reference,
                "amd64",
                List.of("/bin/program"),
                List.of(root),
                List.of(new ImageSpec.Entry("bin/program", program)));
    }

    private Path assembled(String name) {
        Path layout = directory.resolve(name);
        images.assemble(image("example.org/a/" + name + ":v1"), layout);
        return layout;
    }

    @Test
    void aLayoutIsAnImageThatAContainerRuntimeTakes() throws IOException {
        Path layout = assembled("x");

        JsonNode entry = json(layout.resolve("index.json")).path("manifests").path(0);
        assertThat(images.digest(layout)).hasValue(entry.path("digest").asString());
        JsonNode manifest = json(blob(layout, entry));
        assertThat(manifest.path("mediaType").asString())
                .isEqualTo("application/vnd.oci.image.manifest.v1+json");
        assertThat(manifest.path("layers").valueStream().map(l -> l.path("mediaType").asString()))
                .containsExactly(
                        "application/vnd.oci.image.layer.v1.tar",
                        "application/vnd.oci.image.layer.v1.tar");
        JsonNode config = json(blob(layout, manifest.path("config")));
        assertThat(config.path("architecture").asString()).isEqualTo("amd64");
        assertThat(config.path("config").path("Entrypoint").path(0).asString())
                .isEqualTo("/bin/program");
        assertThat(config.path("rootfs").path("diff_ids").valueStream().map(JsonNode::asString))
                .containsExactly(
                        "sha256:" + root.sha256(),
                        manifest.path("layers").path(1).path("digest").asString());
    }

    @Test
    void everyBlobHasTheDigestThatIsItsName() throws IOException {
        Path layout = assembled("x");

        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
            assertThat(blobs)
                    .hasSize(4)
                    .allSatisfy(blob ->
                            assertThat(LoopbackRegistry.sha256(Files.readAllBytes(blob)))
                                    .isEqualTo(blob.getFileName().toString()));
        }
    }

    @Test
    void programsBelongToRootAndCanBeRun() throws IOException {
        Path layout = assembled("x");

        JsonNode entry = json(layout.resolve("index.json")).path("manifests").path(0);
        Path layer = blob(layout, json(blob(layout, entry)).path("layers").path(1));
        try (var tar =
                new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(layer)))) {
            TarArchiveEntry only = tar.getNextEntry();
            assertThat(only.getName()).isEqualTo("bin/program");
            assertThat(only.getMode()).isEqualTo(0100755);
            assertThat(only.getLongUserId()).isZero();
            assertThat(only.getLongGroupId()).isZero();
            assertThat(only.getLastModifiedTime().toMillis()).isZero();
            assertThat(new String(tar.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("#!/bin/true\n");
            assertThat(tar.getNextEntry()).isNull();
        }
    }

    @Test
    void theSamePartsGiveTheSameDigestAtAnyTime() throws IOException {
        Path first = directory.resolve("first");
        images.assemble(image("example.org/a/x:v1"), first);
        Files.setLastModifiedTime(program, java.nio.file.attribute.FileTime.fromMillis(0));
        Path second = directory.resolve("second");
        images.assemble(image("example.org/a/x:v1"), second);

        assertThat(images.digest(second)).isEqualTo(images.digest(first));
    }

    @Test
    void aPartThatIsMissingIsTold() throws IOException {
        Files.delete(program);

        assertThatThrownBy(() -> assembled("x"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("example.org/a/x:v1")
                .hasMessageContaining("program");
    }

    @Test
    void aLayoutThatLacksAPartHasNoDigest() throws IOException {
        Path layout = assembled("x");
        Files.writeString(layout.resolve("blobs/sha256").resolve(root.sha256()), "cut off");

        assertThat(images.digest(layout)).isEmpty();
        assertThat(images.digest(directory.resolve("nothing"))).isEmpty();
    }

    @Test
    void aPushedImageIsInTheRegistryUnderItsDigest() {
        Path layout = assembled("x");
        assertThat(images.digest(registry.address(), "a/x", "v1")).isEmpty();

        images.push(layout, registry.address(), "a/x", "v1");

        assertThat(images.digest(registry.address(), "a/x", "v1")).isEqualTo(images.digest(layout));
    }

    @Test
    void anImageInDockersWordsKeepsItsDigest() throws IOException {
        Path layout = assembled("x");
        Path index = layout.resolve("index.json");
        JsonNode entry = json(index).path("manifests").path(0);
        String manifest =
                Files.readString(blob(layout, entry))
                        .replace(
                                "application/vnd.oci.image.manifest.v1+json",
                                "application/vnd.docker.distribution.manifest.v2+json");
        String digest =
                LoopbackRegistry.sha256(manifest.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.writeString(layout.resolve("blobs/sha256").resolve(digest), manifest);
        Files.writeString(
                index,
                "{\"schemaVersion\": 2, \"manifests\": [{\"mediaType\": \"application/vnd.docker.distribution.manifest.v2+json\", \"digest\": \"sha256:%s\", \"size\": %d}]}"
                        .formatted(digest, manifest.length()));

        images.push(layout, registry.address(), "a/x", "v1");

        assertThat(images.digest(registry.address(), "a/x", "v1")).hasValue("sha256:" + digest);
    }

    @Test
    void aLayerOfTwoImagesIsSentOnce() {
        images.push(assembled("x"), registry.address(), "a/x", "v1");
        images.push(assembled("y"), registry.address(), "y", "v1");

        assertThat(registry.uploads()).filteredOn(root.sha256()::equals).hasSize(1);
        assertThat(images.digest(registry.address(), "y", "v1")).isPresent();
    }

    @Test
    void whatTheRegistryHasIsNotSentAgain() {
        Path layout = assembled("x");
        images.push(layout, registry.address(), "a/x", "v1");
        int before = registry.uploads().size();

        new OrasImages(new JsonNodes()).push(layout, registry.address(), "a/x", "v1");

        assertThat(registry.uploads()).hasSize(before);
    }

    @Test
    void aRegistryThatDoesNotAnswerIsUnreachable() {
        String address = registry.address();
        registry.close();

        assertThatThrownBy(() -> images.digest(address, "a/x", "v1"))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(address);
    }

    @Test
    void aServerThatIsNoRegistryIsTold() {
        registry.breakDown();

        assertThatThrownBy(() -> images.digest(registry.address(), "a/x", "v1"))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("500");
    }

    private static Path blob(Path layout, JsonNode descriptor) {
        return layout.resolve("blobs")
                .resolve(descriptor.path("digest").asString().replace(':', '/'));
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readAllBytes(file));
    }
}
