package io.kubelab.adapter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.adapter.oci.OrasImages;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.LabException;
import io.kubelab.failure.Unreachable;
import io.kubelab.release.ReleasedFile;
import io.kubelab.release.ReleasedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpReleasesTest {
    private static final int MIB = 1 << 20;

    @TempDir private Path directory;
    private ReleaseSite site;
    private Path published;
    private Path wanted;
    private final HttpReleases releases = new HttpReleases(new JsonNodes(), Map.of());
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void publish() throws IOException {
        site = new ReleaseSite();
        byte[] bytes = new byte[3 * MIB];
        new Random(1).nextBytes(bytes);
        published = Files.write(directory.resolve("published"), bytes);
        wanted = directory.resolve("cache/kubelet");
        site.serve("/kubelet", published);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aFileIsFetchedOnceAndTellsHowFarItIs() {
        fetch();
        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
        assertThat(site.requests()).containsExactly("GET /kubelet");
        assertThat(progress).contains("kubelet: 3 of 3 MiB").hasSizeBetween(5, 10);
    }

    @Test
    void aFileThatWasChangedSinceIsFetchedAnew() throws IOException {
        fetch();
        Files.writeString(wanted, "something else");

        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
    }

    @Test
    void afterACutItGoesOnWhereItWas() {
        site.cutOnceAt(MIB);

        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
        assertThat(site.requests())
                .containsExactly("GET /kubelet", "GET /kubelet bytes=%d-".formatted(MIB));
    }

    @Test
    void theNextRunGoesOnWhereTheLastOneEnded() {
        site.cutAt(MIB);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(
                        site.url() + "/kubelet: the connection ended after %d bytes".formatted(MIB))
                .satisfies(e ->
                        assertThat(((LabException) e).remedy())
                                .contains("goes on from there")
                                .contains("bundle_source: built"));
        assertThat(wanted).doesNotExist();
        site.cutAt(Long.MAX_VALUE);
        site.forget();

        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
        assertThat(site.requests()).containsExactly("GET /kubelet bytes=%d-".formatted(MIB));
    }

    @Test
    void aHalfOfSomethingElseIsThrownAway() throws IOException {
        Files.createDirectories(wanted.resolveSibling(""));
        Files.writeString(wanted.resolveSibling("kubelet.part"), "of another release");

        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
    }

    @Test
    void aPartThatWasWholeAlreadyNeedsNothingMore() throws IOException {
        Files.createDirectories(wanted.resolveSibling(""));
        Files.copy(published, wanted.resolveSibling("kubelet.part"));

        fetch();

        assertThat(wanted).hasSameBinaryContentAs(published);
    }

    @Test
    void whatHasAnotherDigestIsNotUsed() {
        assertThatThrownBy(() -> fetch(site.url() + "/kubelet", "00".repeat(32)))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(
                        "sha256 %s, and %s is pinned; it was not used"
                                .formatted(sha256(published), "00".repeat(32)))
                .satisfies(HttpReleasesTest::saysHowToGoOn);
        assertThat(wanted).doesNotExist();
        assertThat(wanted.resolveSibling("kubelet.part")).doesNotExist();
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> fetch(site.url() + "/v0/kubelet", "00".repeat(32)))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(
                        site.url() + "/v0/kubelet: there is no such thing there (HTTP status 404)")
                .satisfies(HttpReleasesTest::saysHowToGoOn);

        site.answerWith("/kubelet", 503);
        assertThatThrownBy(this::fetch).hasMessageContaining("the answer is HTTP status 503");
    }

    @Test
    void whereNobodyAnswersIsNamed() {
        String url = site.url() + "/kubelet";
        site.close();

        assertThatThrownBy(() -> fetch(url, sha256(published)))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(url + ": can't be fetched (ConnectException")
                .satisfies(HttpReleasesTest::saysHowToGoOn);
    }

    @Test
    void redirectionsAreFollowedButNotForever() {
        site.redirect("/latest", "/kubelet");
        fetch(site.url() + "/latest", sha256(published));
        assertThat(wanted).hasSameBinaryContentAs(published);

        site.redirect("/loop", site.url() + "/loop");
        assertThatThrownBy(() -> fetch(site.url() + "/loop", "00".repeat(32)))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("it points elsewhere more than 10 times");

        site.redirect("/away", "file:///etc/passwd");
        assertThatThrownBy(() -> fetch(site.url() + "/away", "00".repeat(32)))
                .hasMessageContaining("it points to file:///etc/passwd, which is not HTTPS");
    }

    @Test
    void theProxyOfTheEnvironmentIsAsked() {
        var proxied =
                new HttpReleases(
                        new JsonNodes(),
                        Map.of("HTTP_PROXY", site.url(), "no_proxy", "a.invalid, .b.invalid"));

        proxied.fetch(
                new ReleasedFile("http://dl.invalid/kubelet", sha256(published), wanted),
                progress::add);

        assertThat(wanted).hasSameBinaryContentAs(published);
        for (String host : List.of("a.invalid", "x.b.invalid")) {
            assertThatThrownBy(() ->
                            proxied.fetch(
                                    new ReleasedFile(
                                            "http://%s/kubelet".formatted(host),
                                            sha256(published),
                                            directory.resolve("other")),
                                    progress::add))
                    .hasMessageContaining("UnknownHostException");
        }
    }

    @Test
    void aProxyWithAPasswordIsRefusedWithoutNamingIt() {
        var proxied =
                new HttpReleases(
                        new JsonNodes(), Map.of("http_proxy", "http://me:s3cret@127.0.0.1:3128"));

        assertThatThrownBy(() ->
                        proxied.fetch(
                                new ReleasedFile("http://dl.invalid/a", "00", wanted),
                                progress::add))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("http_proxy: must be http://host:port")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void anImageIsFetchedForItsArchitectureAndHasItsDigest() throws IOException {
        Published image = image("application/vnd.oci.image.manifest.v1+json");
        Path layout = directory.resolve("layout");

        releases.fetch(released(image.index(), "amd64"), layout, progress::add);

        assertThat(new OrasImages(new JsonNodes()).digest(layout))
                .contains("sha256:" + image.manifest());
        assertThat(layout.resolve("blobs/sha256/" + image.layer())).hasContent("a layer");
        assertThat(layout.resolve("oci-layout")).exists();
        assertThat(Files.list(directory.resolve("scratch"))).isEmpty();
    }

    @Test
    void theDigestMayBeOfTheOneManifest() throws IOException {
        Published image = image("application/vnd.docker.distribution.manifest.v2+json");
        Path layout = directory.resolve("layout");

        releases.fetch(released(image.manifest(), "amd64"), layout, progress::add);

        assertThat(new OrasImages(new JsonNodes()).digest(layout))
                .contains("sha256:" + image.manifest());
        assertThat(layout.resolve("index.json"))
                .content()
                .contains("application/vnd.docker.distribution.manifest.v2+json");
    }

    @Test
    void aTokenIsAskedForOnceAndNotGivenToOthers() throws IOException {
        Published image = image("application/vnd.oci.image.manifest.v1+json");
        site.wantTokens();
        try (var storage = new ReleaseSite()) {
            storage.serve("/layer", directory.resolve(image.layer()));
            site.redirect("/v2/coredns/blobs/sha256:" + image.layer(), storage.url() + "/layer");

            releases.fetch(
                    released(image.index(), "amd64"), directory.resolve("layout"), progress::add);

            assertThat(storage.requests()).containsExactly("GET /layer");
        }
        assertThat(site.requests())
                .containsOnlyOnce("GET /token")
                .contains("GET /v2/coredns/blobs/sha256:%s with a token".formatted(image.layer()));
    }

    @Test
    void anImageThatIsNoneForTheseMachinesIsNamed() throws IOException {
        Published image = image("application/vnd.oci.image.manifest.v1+json");
        Path layout = directory.resolve("layout");

        assertThatThrownBy(() ->
                        releases.fetch(released(image.index(), "s390x"), layout, progress::add))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("it is not there for linux/s390x")
                .satisfies(HttpReleasesTest::saysHowToGoOn);
        assertThatThrownBy(() ->
                        releases.fetch(released(image.layer(), "amd64"), layout, progress::add))
                .hasMessageContaining("no JSON");
        assertThat(layout).doesNotExist();
    }

    @Test
    void aLayerThatWasReplacedIsNotUsed() throws IOException {
        Published image = image("application/vnd.oci.image.manifest.v1+json");
        Path layout = directory.resolve("layout");
        Files.writeString(directory.resolve(image.layer()), "another");

        assertThatThrownBy(() ->
                        releases.fetch(released(image.index(), "amd64"), layout, progress::add))
                .hasMessageContaining(image.layer() + " is pinned; it was not used");
        assertThat(layout).doesNotExist();
    }

    private record Published(String index, String manifest, String layer) {}

    /** An image for amd64 and an index that names it, as a registry serves them. */
    private Published image(String mediaType) throws IOException {
        String layer = blob("a layer");
        String config = blob("{\"architecture\": \"amd64\", \"os\": \"linux\"}");
        String manifest =
                blob(
                        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": {\"digest\": \"sha256:%s\", \"size\": 40}, \"layers\": [{\"digest\": \"sha256:%s\", \"size\": 7}]}"
                                .formatted(mediaType, config, layer));
        String index =
                blob(
                        "{\"schemaVersion\": 2, \"manifests\": [%s, %s]}"
                                .formatted(
                                        descriptor("11".repeat(32), "arm64"),
                                        descriptor(manifest, "amd64")));
        return new Published(index, manifest, layer);
    }

    private static String descriptor(String sha256, String architecture) {
        return "{\"digest\": \"sha256:%s\", \"size\": 1, \"platform\": {\"os\": \"linux\", \"architecture\": \"%s\"}}"
                .formatted(sha256, architecture);
    }

    private String blob(String text) throws IOException {
        Path unnamed = Files.writeString(directory.resolve("blob"), text, StandardCharsets.UTF_8);
        String digest = sha256(unnamed);
        Path blob = Files.move(unnamed, directory.resolve(digest));
        site.serve("/v2/coredns/blobs/sha256:" + digest, blob);
        site.serve("/v2/coredns/manifests/sha256:" + digest, blob);
        return digest;
    }

    private ReleasedImage released(String digest, String architecture) {
        return new ReleasedImage(
                site.url(),
                "coredns",
                "sha256:" + digest,
                architecture,
                directory.resolve("scratch"));
    }

    private void fetch() {
        fetch(site.url() + "/kubelet", sha256(published));
    }

    private void fetch(String url, String digest) {
        releases.fetch(new ReleasedFile(url, digest, wanted), progress::add);
    }

    private static void saysHowToGoOn(Throwable e) {
        assertThat(((LabException) e).remedy()).contains("bundle_source: built");
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
