package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of virtual machines' image, as a user who writes them wrongly meets them. */
class ImageRulesTest {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final String DIGEST = "sha256:" + "0a".repeat(32);

    @TempDir Path directory;

    @Test
    void aUrlNeedsOneReasonToTrustIt() {
        assertThat(problems("image_url: https://example.org/x.qcow2"))
                .containsExactly(
                        "2:12: nothing says what 'https://example.org/x.qcow2' should be; write image_digest: sha256:… (or sha512:…), or image_checksums_url and image_checksums_key for the vendor's signed list");
        assertThat(problems("image_url: file:///srv/x.qcow2"))
                .singleElement()
                .asString()
                .contains("nothing says what");
        assertThat(problems("image_url: https://example.org/x.qcow2\nimage_digest: " + DIGEST))
                .isEmpty();
        assertThat(
                        problems(
                                """
                                image_url: https://example.org/x.qcow2
                                image_checksums_url: https://example.org/SHA256SUMS
                                image_checksums_key: ~/vendor.asc
                                """))
                .isEmpty();
    }

    @Test
    void twoReasonsAreOneTooMany() {
        assertThat(
                        problems(
                                """
                                image_digest: %s
                                image_checksums_url: https://example.org/SHA256SUMS
                                image_checksums_key: ~/vendor.asc
                                """
                                        .formatted(DIGEST)))
                .containsExactly(
                        "2:15: an image is known either by its digest or by a signed list; leave image_digest, or image_checksums_url and image_checksums_key, at auto");
    }

    @Test
    void aListNeedsItsKey() {
        assertThat(problems("image_checksums_url: https://example.org/SHA256SUMS"))
                .containsExactly(
                        "2:22: a signed list needs image_checksums_url and image_checksums_key; image_checksums_key is missing");
        assertThat(problems("image_checksums_key: ~/vendor.asc"))
                .containsExactly(
                        "2:22: a signed list needs image_checksums_url and image_checksums_key; image_checksums_url is missing");
        assertThat(problems("image_checksums_url: SHA256SUMS\nimage_checksums_key: vendor.asc"))
                .containsExactly(
                        "2:22: 'SHA256SUMS' is not a URL (http://, https://, or file:/// for a file of the virthost)");
    }

    @Test
    void digestsUrlsAndNamesAreChecked() {
        assertThat(problems("image_digest: sha1:0a"))
                .singleElement()
                .asString()
                .startsWith("2:15: 'sha1:0a' is not 'sha256:' and 64, or");
        assertThat(problems("image_url: https://me:secret@example.org/x\nimage_digest: " + DIGEST))
                .singleElement()
                .asString()
                .startsWith("2:12: 'https://me:secret@example.org/x' is not a URL");
        assertThat(problems("image_url: x.qcow2\nimage_digest: " + DIGEST))
                .singleElement()
                .asString()
                .contains("not the path of a file of this workstation");
        assertThat(problems("image: centos-strem-10"))
                .containsExactly(
                        "2:8: there is no image 'centos-strem-10' in inventory/images.yml, did you mean 'centos-stream-10'?");
        assertThat(problems("image: centos-stream-10\narchitecture: arm64"))
                .containsExactly(
                        "2:8: inventory/images.yml has 'centos-stream-10' for amd64, not for arm64; name another image, or this one's image_url and image_digest");
    }

    @Test
    void aFileOfTheWorkstationNeedsNoDigest() {
        assertThat(problems("image_url: ~/images/x.qcow2")).isEmpty();
        assertThat(problems("image_url: /srv/x.qcow2\nimage_digest: " + DIGEST)).isEmpty();
    }

    @Test
    void whatIsMadeHereIsNotFetched() {
        assertThat(problems("image: build:debian-13")).isEmpty();
        assertThat(problems("image: build:debian-12")).isEmpty();
        assertThat(problems("image: build:debian-13\nimage_url: /srv/x.qcow2"))
                .containsExactly(
                        "3:12: 'build:debian-13' is made here, so that 'image_url' has no meaning; write auto, or another 'image'");
    }

    @Test
    void guestsOfBothFamiliesAreTaken() {
        for (String image :
                List.of("centos-stream-10", "centos-stream-9", "fedora-44", "ubuntu-24.04")) {
            assertThat(problems("image: " + image)).isEmpty();
        }
    }

    @Test
    void whatNothingIsMadeOfIsTold() {
        assertThat(problems("image: build:debian-11"))
                .containsExactly(
                        "2:8: 'image': nothing is made of 'debian-11'; there are debian-12 and debian-13");
        assertThat(problems("node_distribution: ubuntu-24.04"))
                .containsExactly(
                        "2:20: 'node_distribution': nothing is made of 'ubuntu-24.04'; there are debian-12 and debian-13");
    }

    @Test
    void theFirmwareIsTheUsersChoice() {
        assertThat(problems("image: build:debian-13\nmachine_firmware: uefi")).isEmpty();
        assertThat(problems("image: debian-13\nmachine_firmware: uefi")).isEmpty();
        assertThat(problems("machine_firmware: efi"))
                .singleElement()
                .asString()
                .contains("'machine_firmware' can't be 'efi', did you mean 'uefi'?");
    }

    @Test
    void containerNodesHaveNoImage() {
        assertThat(all("domain_type: lxc\nimage: nonsense\n")).isEmpty();
    }

    /** Without what is said of virtual machines themselves. */
    private List<String> problems(String settings) {
        return all("domain_type: kvm\n" + settings + "\n").stream()
                .filter(p -> !p.contains("are made for amd64 only"))
                .toList();
    }

    private List<String> all(String settings) {
        Path file = directory.resolve("x.yml");
        try {
            Files.writeString(file, settings);
            new LabLoader(new SnakeDocuments())
                    .load(
                            new LabRequest(
                                    HOME,
                                    HOME,
                                    directory,
                                    "amd64",
                                    directory.resolve("state"),
                                    directory.resolve("cache"),
                                    List.of("inventory/virthost.inventory"),
                                    List.of("image=ubuntu-24.04", file.toString()),
                                    Optional.empty()));
            return List.of();
        } catch (InvalidInput e) {
            return e.problems().stream()
                    .map(Problem::toString)
                    .map(p -> p.replace(file + ":", ""))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
