package io.kubelab.adapter.release;

import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.release.ReleasedFile;
import io.kubelab.release.ReleasedImage;
import io.kubelab.release.Releases;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Releases over HTTP: files as they are, images by the OCI Distribution Specification (1.1), whose
 * every part is a file that is named by its digest.
 */
public final class HttpReleases implements Releases {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final Map<String, String> ACCEPTED =
            Map.of(
                    "Accept",
                    MANIFEST
                            + ", application/vnd.oci.image.index.v1+json,"
                            + " application/vnd.docker.distribution.manifest.v2+json,"
                            + " application/vnd.docker.distribution.manifest.list.v2+json");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+/-]+");

    private final JsonReader json;
    private final Http http;

    /**
     * @param environment for the proxies that it names
     */
    public HttpReleases(JsonReader json, Map<String, String> environment) {
        this.json = json;
        this.http = new Http(json, new Proxies(environment));
    }

    @Override
    public void fetch(ReleasedFile file, Consumer<String> progress) {
        new Download(
                        http,
                        URI.create(file.source()),
                        Map.of(),
                        "",
                        file.sha256(),
                        file.file(),
                        progress)
                .make();
    }

    @Override
    public void fetch(ReleasedImage image, Path layout, Consumer<String> progress) {
        new Pull(image, progress).into(layout);
    }

    private final class Pull {
        private final ReleasedImage image;
        private final Consumer<String> progress;
        private final List<Path> parts = new ArrayList<>();

        Pull(ReleasedImage image, Consumer<String> progress) {
            this.image = image;
            this.progress = progress;
        }

        void into(Path layout) {
            Path named = part("manifests", image.digest());
            Node found = document(named);
            String digest =
                    found.list("manifests").isEmpty()
                            ? image.digest()
                            : forArchitecture(found.list("manifests"));
            Path manifest = part("manifests", digest);
            Node document = document(manifest);
            List<Node> descriptors =
                    Stream.concat(document.at("config").stream(), document.list("layers").stream())
                            .toList();
            if (document.at("config").isEmpty()) {
                throw refused("its manifest names no configuration");
            }
            var blobs = new ArrayList<Path>();
            blobs.add(manifest);
            descriptors.forEach(d -> blobs.add(part("blobs", d.text("digest").orElse(""))));
            try {
                write(layout, blobs, digest, document.text("mediaType").orElse(MANIFEST));
                for (Path part : parts) {
                    Files.deleteIfExists(part);
                    Files.deleteIfExists(part.resolveSibling(part.getFileName() + ".lock"));
                }
            } catch (IOException e) {
                throw new CommandFailed(
                        "localhost",
                        "write " + layout,
                        1,
                        e.toString(),
                        "See that the disk has room and that you may write there, then run the same command again.");
            }
        }

        private String forArchitecture(List<Node> manifests) {
            return manifests.stream()
                    .filter(m -> m.text("platform", "os").orElse("").equals("linux"))
                    .filter(m ->
                            m.text("platform", "architecture")
                                    .orElse("")
                                    .equals(image.architecture()))
                    .findFirst()
                    .flatMap(m -> m.text("digest"))
                    .orElseThrow(
                            () -> refused("it is not there for linux/" + image.architecture()));
        }

        private Path part(String kind, String digest) {
            if (!DIGEST.matcher(digest).matches()) {
                throw refused("'%s' in it is no digest".formatted(digest));
            }
            String sha256 = digest.substring("sha256:".length());
            Path file = image.scratch().resolve(sha256);
            new Download(
                            http,
                            URI.create(
                                    "%s/v2/%s/%s/%s"
                                            .formatted(
                                                    image.registry(),
                                                    image.repository(),
                                                    kind,
                                                    digest)),
                            kind.equals("manifests") ? ACCEPTED : Map.of(),
                            image.repository(),
                            sha256,
                            file,
                            progress)
                    .make();
            parts.add(file);
            return file;
        }

        private Node document(Path file) {
            try {
                return json.read(file.toString(), Files.readAllBytes(file))
                        .orElseThrow(() -> refused("its manifest is no JSON"));
            } catch (IOException e) {
                throw refused("its manifest can't be read (%s)".formatted(e.getMessage()));
            }
        }

        /** Hard links: the parts are removed when all of them have one. */
        private void write(Path layout, List<Path> blobs, String digest, String mediaType)
                throws IOException {
            if (!MEDIA_TYPE.matcher(mediaType).matches()) {
                throw refused("'%s' is no media type".formatted(mediaType));
            }
            Path directory = Files.createDirectories(layout.resolve("blobs/sha256"));
            for (Path blob : blobs) {
                Path name = directory.resolve(String.valueOf(blob.getFileName()));
                if (!Files.exists(name)) {
                    Files.createLink(name, blob);
                }
            }
            Files.writeString(
                    layout.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}\n");
            Files.writeString(
                    layout.resolve("index.json"),
                    "{\"schemaVersion\": 2, \"manifests\": [{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}]}\n"
                            .formatted(mediaType, digest, Files.size(blobs.getFirst())));
        }

        private Unreachable refused(String why) {
            return new Unreachable(
                    "%s/%s@%s".formatted(image.registry(), image.repository(), image.digest()),
                    why,
                    "Pin another digest where this one is written (release_pins), or write bundle_source: built, which puts the image together here.");
        }
    }
}
