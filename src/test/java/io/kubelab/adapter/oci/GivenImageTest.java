package io.kubelab.adapter.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.failure.InvalidInput;
import io.kubelab.image.ImageSpec;
import io.kubelab.image.Images.Given;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenImageTest {
    @TempDir private Path directory;
    private final OrasImages images = new OrasImages(new JsonNodes());

    private Path layout(String architecture) throws IOException {
        Path program = Files.writeString(directory.resolve("program"), "#!/bin/true\n");
        Path layout = directory.resolve("given");
        images.assemble(
                new ImageSpec(
                        "example.org/me/app:v1",
                        architecture,
                        List.of("/bin/program"),
                        List.of(),
                        List.of(new ImageSpec.Entry("bin/program", program))),
                layout);
        return layout;
    }

    private Given given(Path image) throws IOException {
        return images.given(image, Files.createTempDirectory(directory, "scratch"));
    }

    private Path tar(String name, Map<String, byte[]> files) throws IOException {
        Path file = directory.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                var tar =
                        new TarArchiveOutputStream(
                                name.endsWith("gz") ? new GZIPOutputStream(out) : out)) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                var entry = new TarArchiveEntry(each.getKey(), true);
                entry.setSize(each.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(each.getValue());
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private static Map<String, byte[]> files(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            var files = new TreeMap<String, byte[]>();
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(below.relativize(file).toString(), Files.readAllBytes(file));
            }
            return files;
        }
    }

    @Test
    void aLayoutIsTheSameImageAsADirectoryAndInATarFile() throws IOException {
        Path layout = layout("amd64");
        for (Path form :
                List.of(layout, tar("x.tar", files(layout)), tar("x.tar.gz", files(layout)))) {
            Given given = given(form);
            assertThat(images.digest(given.layout())).isEqualTo(images.digest(layout));
            assertThat(given.name()).as("ORAS writes the tag alone").hasValue("v1");
        }
    }

    @Test
    void whatDockerSavesBecomesALayout() throws IOException {
        Path archive =
                tar(
                        "docker.tar",
                        Map.of(
                                "manifest.json",
                                """
                                [{"Config": "c.json", "RepoTags": ["me/app:v2"], "Layers": ["1/layer.tar"]}]
                                """
                                        .getBytes(UTF_8),
                                "c.json",
                                "{\"os\": \"linux\", \"architecture\": \"amd64\"}".getBytes(UTF_8),
                                "1/layer.tar",
                                new byte[1024]));
        Given given = given(archive);
        assertThat(given.name()).hasValue("me/app:v2");
        assertThat(images.digest(given.layout())).isEqualTo(images.digest(given(archive).layout()));
        try (var registry = new LoopbackRegistry()) {
            images.push(given.layout(), registry.address(), "me/app", "v2");
            assertThat(registry.uploads()).hasSize(2);
            assertThat(images.digest(registry.address(), "me/app", "v2"))
                    .isEqualTo(images.digest(given.layout()));
        }
    }

    @Test
    void whatIsNoImageForNodesIsRefusedWithItsReason() throws IOException {
        Path arm = layout("arm64");
        Path text = Files.writeString(directory.resolve("text"), "no image");
        refuses(text, "tar file");
        refuses(directory.resolve("nowhere"), "there is no such file");
        refuses(Files.createDirectory(directory.resolve("empty")), "neither an index.json");
        refuses(tar("other.tar", Map.of("a", new byte[1])), "neither an index.json");
        refuses(tar("out.tar", Map.of("../a", new byte[1])), "leads out of it");
        refuses(arm, "no image in it is for linux/amd64");
    }

    @Test
    void aDamagedImageIsRefused() throws IOException {
        Path layout = layout("amd64");
        Path largest;
        try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
            largest = blobs.max(Comparator.comparing(p -> p.toFile().length())).get();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(largest, bytes);
        refuses(layout, "was damaged");
        Files.delete(largest);
        refuses(layout, "is missing in it");
    }

    private void refuses(Path image, String why) {
        assertThatThrownBy(() -> given(image))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(why);
    }
}
