package io.kubelab.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.settings.GuestImage.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The table of images: the shipped one, and how wrong ones are told. */
class KnownImageTest {
    private static final String DIGEST = "sha256:" + "0a".repeat(32);

    @TempDir Path home;

    private final SnakeDocuments documents = new SnakeDocuments();

    @Test
    void theDistributionsOfTheIssueAreThere() {
        assertThat(shipped())
                .contains(
                        "centos-stream-9",
                        "centos-stream-10",
                        "fedora-44",
                        "debian-12",
                        "debian-13",
                        "ubuntu-24.04");
    }

    private Iterable<String> shipped() {
        return KnownImage.table(documents, Path.of("")).keySet();
    }

    /** The default among them. */
    @TestFactory
    Stream<DynamicTest> eachIsAnImageByItsNameAlone() {
        return KnownImage.table(documents, Path.of("")).entrySet().stream()
                .flatMap(row ->
                        row.getValue().architectures().stream()
                                .map(architecture ->
                                        DynamicTest.dynamicTest(
                                                row.getKey() + " for " + architecture,
                                                () -> byItsName(row.getKey(), architecture))));
    }

    private void byItsName(String name, String architecture) {
        GuestImage image =
                GuestImage.of(
                                new ImageSettings(
                                        name,
                                        "auto",
                                        "auto",
                                        "auto",
                                        "auto",
                                        ImageSettings.MachineFirmware.AUTO),
                                KnownImage.table(documents, Path.of("")),
                                architecture,
                                (key, what) -> {
                                    throw new AssertionError(key + ": " + what);
                                })
                        .orElseThrow();
        assertThat(image.location()).startsWith("https://");
        if (image.trust() instanceof Trust.Signed(String url, String key, Optional<String> print)) {
            assertThat(List.of(url, key)).allMatch(u -> u.startsWith("https://"));
            assertThat(print).isPresent();
        } else {
            // what is called latest is replaced
            assertThat(image.location()).containsPattern("20\\d{6}");
        }
    }

    @Test
    void everyProblemOfTheTableIsToldWithItsPlace() throws IOException {
        assertThat(
                        problems(
                                """
                                a:
                                  packages: yum
                                  firmware: bios
                                  amd64:
                                    url: ftp://x/y
                                    digest: %1$s
                                b:
                                  packages: apt
                                  firmware: bios
                                  arm64:
                                    url: https://x/y
                                c:
                                  packages: apt
                                  firmware: uefi
                                  amd64:
                                    url: https://x/y
                                    digset: %1$s
                                    checksums:
                                      url: https://x/SUMS
                                      key: https://x/key
                                      fingerprint: D2EB 4462
                                d: x
                                """
                                        .formatted(DIGEST)))
                .containsExactly(
                        "2:13: 'packages' can't be 'yum'; known are 'apt', 'dnf'",
                        "5:5: 'url': 'ftp://x/y' is not http(s)://… or file:///…",
                        "11:5: an image is known either by its 'digest' or by signed 'checksums'; write one of the two",
                        "17:5: unknown key 'digset', did you mean 'digest'?",
                        "19:7: 'fingerprint': 'D2EB 4462' is not the 40 hexadecimal digits of a key's fingerprint, in capitals and without spaces",
                        "22:4: 'd' must be a mapping, not 'x'");
    }

    @Test
    void aDigestIsWhole() throws IOException {
        assertThat(
                        problems(
                                "a: {packages: apt, firmware: bios, amd64: {url: \"https://x/y\", digest: \"sha256:0a\"}}\n"))
                .containsExactly("1:43: 'digest': 'sha256:0a' is not sha256:… or sha512:… in full");
    }

    private List<String> problems(String table) throws IOException {
        Path file = home.resolve("inventory/images.yml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, table);
        InvalidInput refusal =
                catchThrowableOfType(InvalidInput.class, () -> KnownImage.table(documents, home));
        assertThat(refusal).isNotNull();
        return refusal.problems().stream()
                .map(Problem::toString)
                .peek(p -> assertThat(p).startsWith(file + ":"))
                .map(p -> p.substring(file.toString().length() + 1))
                .toList();
    }
}
