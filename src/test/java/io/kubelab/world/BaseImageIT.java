package io.kubelab.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kubelab.adapter.ssh.HostConnections;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.Questions;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node.Mark;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Clock;
import io.kubelab.engine.Ports;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.Runner;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LabLoader;
import io.kubelab.lab.LabRequest;
import io.kubelab.playbook.Play;
import io.kubelab.playbook.Playbook;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Lab;
import io.kubelab.steps.machines.BaseImage;
import io.kubelab.world.ImageServer.Manner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code base_image} with the real shell, curl and gpgv of this machine, and a server of its own.
 */
@Timeout(120)
final class BaseImageIT {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final int SIZE = 3_000_000;

    @TempDir Path directory;

    private ImageServer server;

    BaseImageIT() throws IOException {
        server = new ImageServer();
    }

    /**
     * What a run came to.
     *
     * @param output the lines that the host's commands printed
     */
    private record Ran(RunOutcome outcome, List<String> output) {
        int changes() {
            assertThat(outcome.defects()).isEmpty();
            assertThat(outcome.failures()).as("%s", output).isEmpty();
            return outcome.changed();
        }

        /** What went wrong, as it is told. */
        String failure() {
            assertThat(outcome.defects()).isEmpty();
            assertThat(outcome.failures()).hasSize(1);
            LabException failure = outcome.failures().getFirst();
            return failure.getMessage() + "\n" + failure.evidence();
        }
    }

    /** A run of kubelab's that can be killed. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            Ran ran = run(Path.of(arguments[0]), List.of(arguments).subList(1, arguments.length));
            System.exit(ran.outcome().failures().isEmpty() ? 0 : 1);
        }
    }

    @BeforeEach
    void home() throws IOException {
        assumeThat(Privilege.ofThisProcess()).isEqualTo(Privilege.ROOT);
        Path inventory = Files.createDirectories(directory.resolve("home/inventory/group_vars"));
        Files.copy(PROJECT.resolve("inventory/group_vars/all.yml"), inventory.resolve("all.yml"));
        Files.copy(
                PROJECT.resolve("inventory/virthost.inventory"),
                inventory.resolveSibling("virthost.inventory"));
        table("https://images.example.org/known.qcow2", "digest: sha256:" + "0".repeat(64));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** The table's only image. */
    private void table(String url, String trust) throws IOException {
        Files.writeString(
                directory.resolve("home/inventory/images.yml"),
                """
                known: {packages: apt, firmware: bios, amd64: {url: "%s", %s}}
                """
                        .formatted(url, trust));
    }

    // --- good ones

    @Test
    void isFetchedOnceAndTheSecondRunChangesNothing() throws Exception {
        byte[] image = qcow2(1);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        assertThat(run(wanted).changes()).isEqualTo(1);
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(Files.readString(record()))
                .matches("sha256:[0-9a-f]{64} 3000000 \\d+\\.\\d{9} qcow2\n");
        assertThat(left()).isEmpty();
        assertThat(server.requests()).containsExactly("HEAD /a.qcow2", "GET /a.qcow2");
        server.forget();
        assertThat(run(wanted).changes()).isZero();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aDigestMayBeALongerOne() throws Exception {
        byte[] image = qcow2(26);
        String url = server.serving("a.qcow2", image);
        String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(image));
        assertThat(run("image_url=" + url, "image_digest=sha512:" + sum).changes()).isEqualTo(1);
        assertThat(Files.readString(record())).startsWith("sha512:" + sum + " ");
    }

    @Test
    void aTouchedOneIsComparedAndAChangedOneFetchedAnew() throws Exception {
        byte[] image = qcow2(2);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        run(wanted).changes();
        server.forget();

        Files.setLastModifiedTime(theImage(), FileTime.from(Instant.EPOCH));
        assertThat(run(wanted).changes()).isEqualTo(1);
        assertThat(server.requests()).isEmpty();
        assertThat(run(wanted).changes()).isZero();

        byte[] changed = image.clone();
        changed[SIZE / 2] ^= 1;
        Files.write(theImage(), changed);
        Ran ran = run(wanted);
        assertThat(ran.changes()).isEqualTo(1);
        assertThat(ran.output())
                .anyMatch(l -> l.endsWith("is not as it was verified: it is replaced"));
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(run(wanted).changes()).isZero();
    }

    @Test
    void anotherImageNeverTakesItsPlace() throws Exception {
        byte[] one = qcow2(3);
        byte[] two = qcow2(4);
        run(by(server.serving("a.qcow2", one), one)).changes();
        Path first = theImage();
        run(by(server.serving("a.qcow2", two), two)).changes();
        assertThat(first).hasBinaryContent(one);
        assertThat(images()).hasSize(2);
    }

    @Test
    void aFileOfTheWorkstationIsSent() throws Exception {
        byte[] image = raw(5);
        Path file = Files.write(directory.resolve("my image.raw"), image);
        assertThat(run("image_url=" + file).changes()).isEqualTo(1);
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(Files.readString(record())).endsWith(" raw\n");
        assertThat(run("image_url=" + file).changes()).isZero();
        assertThat(left()).isEmpty();

        String[] known = by(file.toString(), image);
        assertThat(run(known).changes()).isEqualTo(1);
        Files.delete(file);
        assertThat(run(known).changes()).isZero();
        assertThat(run("image_url=" + file).failure())
                .contains("image_url: there is no file " + file + " on this workstation");
    }

    @Test
    void aFileOfTheVirthostIsCopied() throws Exception {
        byte[] image = qcow2(6);
        Path file = Files.write(directory.resolve("there.qcow2"), image);
        assertThat(run(by("file://" + file, image)).changes()).isEqualTo(1);
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(run(by("file://" + directory + "/not-there.qcow2", image)).failure())
                .contains("there is no such file on this host");
    }

    // --- connections that are lost

    @Test
    void onlyTheRestIsFetchedAfterTheVirthostWasSwitchedOff() throws Exception {
        byte[] image = qcow2(7);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        server.behave(Manner.WELL.slowly(50));
        CompletableFuture<Ran> first = CompletableFuture.supplyAsync(() -> run(wanted));
        await(() -> server.sent() > SIZE / 2);
        kill(fetching());
        assertThat(first.join().failure()).contains("fetch-image");
        await(server::isIdle);
        long had = Files.size(part());
        assertThat(had).isBetween(SIZE / 4L, SIZE - 1L);
        assertThat(images()).isEmpty();

        server.behave(Manner.WELL);
        server.forget();
        Ran second = run(wanted);
        assertThat(second.changes()).isEqualTo(1);
        assertThat(server.requests())
                .containsExactly("HEAD /a.qcow2", "GET /a.qcow2 bytes=" + had + "-");
        assertThat(server.sent()).isEqualTo(SIZE - had);
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(left()).isEmpty();
    }

    @Test
    void itGoesOnWhenKubelabIsKilledAndIsFoundAgain() throws Exception {
        byte[] image = qcow2(8);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        server.behave(Manner.WELL.slowly(100));
        Process kubelab = program(wanted);
        await(() -> server.sent() > 0);
        kubelab.destroyForcibly().waitFor();
        Ran ran = run(wanted);
        assertThat(ran.changes()).isEqualTo(1);
        assertThat(ran.output()).anyMatch(line -> line.matches("[123] of 3 MiB, [1-9]\\d* %"));
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(server.requests()).containsExactly("HEAD /a.qcow2", "GET /a.qcow2");
    }

    @Test
    void twoLabsFetchItOnce() throws Exception {
        byte[] image = qcow2(25);
        server.behave(Manner.WELL.slowly(20));
        String url = server.serving("a.qcow2", image);
        List<CompletableFuture<Ran>> labs =
                Stream.of("one", "two")
                        .map(lab ->
                                CompletableFuture.supplyAsync(() ->
                                        run(
                                                "lab=" + lab,
                                                "image_url=" + url,
                                                "image_digest=" + digest(image))))
                        .toList();
        labs.forEach(lab -> assertThat(lab.join().changes()).isEqualTo(1));
        assertThat(server.requests()).containsExactly("HEAD /a.qcow2", "GET /a.qcow2");
        assertThat(left()).isEmpty();
    }

    @Test
    void aLostConnectionIsTakenUpAgain() throws Exception {
        byte[] image = qcow2(9);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        server.behaveOnce(Manner.WELL.stoppingAfter(SIZE / 2));
        Ran ran = run(wanted);
        assertThat(ran.changes()).isEqualTo(1);
        assertThat(ran.output()).contains("goes on from 2 MiB");
        assertThat(server.sent()).isEqualTo(SIZE);
        assertThat(theImage()).hasBinaryContent(image);
    }

    @Test
    void aHalfImageIsNamedAndGoesOnLater() throws Exception {
        byte[] image = qcow2(10);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        server.behave(Manner.WELL.stoppingAfter(SIZE / 2));
        assertThat(run(wanted).failure())
                .contains("the image came only in part, 1500000 of 3000000 bytes");
        assertThat(images()).isEmpty();
        assertThat(left()).singleElement().asString().endsWith(".part");
        server.behave(Manner.WELL);
        server.forget();
        assertThat(run(wanted).changes()).isEqualTo(1);
        assertThat(server.sent()).isEqualTo(SIZE / 2);
        assertThat(left()).isEmpty();
    }

    @Test
    void withoutRangesItBeginsAnew() throws Exception {
        byte[] image = qcow2(11);
        String[] wanted = by(server.serving("a.qcow2", image), image);
        server.behave(Manner.WELL.withoutRanges().stoppingAfter(SIZE / 2));
        assertThat(run(wanted).failure()).contains("the image came only in part");
        server.behave(Manner.WELL.withoutRanges());
        Ran ran = run(wanted);
        assertThat(ran.changes()).isEqualTo(1);
        assertThat(ran.output()).contains("the server sends no parts of files: from the beginning");
        assertThat(theImage()).hasBinaryContent(image);
    }

    @Test
    void halvesOfTwoImagesAreNotTakenForOne() throws Exception {
        byte[] old = qcow2(12);
        byte[] now = qcow2(13);
        String[] wanted = by(server.serving("a.qcow2", old), now);
        server.behave(Manner.WELL.stoppingAfter(SIZE / 2));
        run(wanted).failure();
        server.behave(Manner.WELL);
        server.serving("a.qcow2", now);
        Ran ran = run(wanted);
        assertThat(ran.changes()).isEqualTo(1);
        assertThat(ran.output()).contains("the parts don't fit together: from the beginning");
        assertThat(theImage()).hasBinaryContent(now);
    }

    @Test
    void whatIsWrongIsFetchedWholeOnceBeforeItIsCalledWrong() throws Exception {
        byte[] image = qcow2(27);
        String[] wanted = by(server.serving("a.qcow2", image), qcow2(28));
        server.behave(Manner.WELL.stoppingAfter(SIZE / 2));
        run(wanted).failure();
        server.behave(Manner.WELL);
        server.forget();
        assertThat(run(wanted).failure()).contains("has another digest than it should have");
        assertThat(server.requests())
                .containsExactly(
                        "HEAD /a.qcow2",
                        "GET /a.qcow2 bytes=1500000-",
                        "HEAD /a.qcow2",
                        "GET /a.qcow2");
        assertThat(left()).isEmpty();
    }

    // --- images that are refused

    @Test
    void aWrongDigestIsNamedAndTheImageRemoved() throws Exception {
        byte[] image = qcow2(14);
        String[] wanted = by(server.serving("a.qcow2", image), qcow2(15));
        assertThat(run(wanted).failure())
                .contains(
                        "a.qcow2 has another digest than it should have, and was removed.",
                        "is      " + digest(image),
                        "must be " + digest(qcow2(15)));
        assertThat(images()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void whatIsNoImageIsNamed() throws Exception {
        assertThat(refusal("<html>no such page</html>".getBytes(StandardCharsets.UTF_8)))
                .contains("is not a disk image, neither qcow2 nor raw with a partition table");
        byte[] compressed = raw(16);
        compressed[0] = 0x1f;
        compressed[1] = (byte) 0x8b;
        assertThat(refusal(compressed)).contains("is compressed; it was removed.");
        byte[] standing = qcow2(17);
        standing[15] = 104;
        assertThat(refusal(standing))
                .contains("is a qcow2 image that needs another file beside it");
        byte[] data = qcow2(18);
        data[79] = 4;
        assertThat(refusal(data)).contains("is a qcow2 image that needs another file beside it");
    }

    private String refusal(byte[] image) throws Exception {
        String failure = run(by(server.serving("a.qcow2", image), image)).failure();
        assertThat(images()).isEmpty();
        assertThat(left()).isEmpty();
        return failure;
    }

    @Test
    void whatTheServerRefusesIsNamed() throws Exception {
        assertThat(run(by(server.url("gone.qcow2"), qcow2(19))).failure())
                .contains(
                        "gone.qcow2: the server answers with HTTP status 404.",
                        "vendors remove older images");
        String nobody = server.url("a.qcow2");
        server.close();
        assertThat(run(by(nobody, qcow2(19))).failure()).contains("nobody answers at 127.0.0.1");
        assertThat(run(by("http://images.invalid/a.qcow2", qcow2(19))).failure())
                .contains("the name 'images.invalid' can't be resolved");
        assertThat(images()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void aCertificateOfNobodyIsRefused() throws Exception {
        server.close();
        server = ImageServer.withTls(ownCertificate());
        byte[] image = qcow2(20);
        assertThat(run(by(server.serving("a.qcow2", image), image)).failure())
                .contains("no TLS connection that can be trusted", "self-signed certificate");
        assertThat(left()).isEmpty();
    }

    // --- disks that are full

    @Test
    void aFullDiskIsToldBeforeAnythingIsFetched() throws Exception {
        onASmallDisk(() -> {
            byte[] image = qcow2(21);
            String[] wanted = by(server.serving("a.qcow2", image), image);
            assertThat(run(wanted).failure())
                    .contains(
                            "The disk is full: %s/store/images has 2 MiB of free space, and the image needs 3 MiB more."
                                    .formatted(directory),
                            "Make room there, or name another directory with images_directory");
            assertThat(server.requests()).containsExactly("HEAD /a.qcow2");
            assertThat(left()).isEmpty();
            shell("mount", "-o", "remount,size=8m", directory + "/store");
            assertThat(run(wanted).changes()).isEqualTo(1);
        });
    }

    @Test
    void aDiskThatFillsIsToldAndFreed() throws Exception {
        onASmallDisk(() -> {
            byte[] image = qcow2(22);
            String[] wanted = by(server.serving("a.qcow2", image), image);
            server.behave(Manner.WELL.withoutLengths());
            assertThat(run(wanted).failure()).contains("The disk is full");
            assertThat(left()).isEmpty();
            Path file = Files.write(directory.resolve("a.qcow2"), image);
            assertThat(run("image_url=" + file).failure()).contains("The disk is full");
            assertThat(left()).isEmpty();
        });
    }

    private interface Doing {
        void it() throws Exception;
    }

    private void onASmallDisk(Doing doing) throws Exception {
        Path store = Files.createDirectories(directory.resolve("store"));
        shell("mount", "-t", "tmpfs", "-o", "size=2m", "small", store.toString());
        try {
            doing.it();
        } finally {
            shell("umount", store.toString());
        }
    }

    // --- lists that are signed

    @Test
    void aSignedListIsBelieved() throws Exception {
        var vendor = new Vendor("vendor");
        byte[] image = qcow2(23);
        String sum = digest(image).substring(7);
        String url = server.serving("a.qcow2", image);
        // as CentOS and Fedora write it: signed in itself
        String bsd =
                vendor.clearsigned(
                        "SHA256 (b.qcow2) = %s\nSHA256 (a.qcow2) = %s\n"
                                .formatted("0".repeat(64), sum));
        server.serving("CHECKSUM", bsd.getBytes(StandardCharsets.UTF_8));
        // as Ubuntu does: a signature beside it
        String gnu = "%s *b.qcow2\n%s *a.qcow2\n".formatted("0".repeat(64), sum);
        server.serving("SHA256SUMS", gnu.getBytes(StandardCharsets.UTF_8));
        server.serving("SHA256SUMS.gpg", vendor.signature(gnu));

        assertThat(run(signed(url, "CHECKSUM", vendor.armored())).changes()).isEqualTo(1);
        assertThat(theImage()).hasBinaryContent(image);
        assertThat(run(signed(url, "CHECKSUM", vendor.armored())).changes()).isZero();
        assertThat(run(signed(url, "SHA256SUMS", vendor.binary())).changes()).isEqualTo(1);

        // signed by others too, whose keys nobody knows here
        byte[] others = new Vendor("other").signature(gnu);
        byte[] ours = vendor.signature(gnu);
        server.serving("TWO", gnu.getBytes(StandardCharsets.UTF_8));
        server.serving("TWO.asc", joined(ours, others));
        assertThat(run(signed(url, "TWO", vendor.armored())).changes()).isEqualTo(1);
        server.serving("TWO-2", gnu.getBytes(StandardCharsets.UTF_8));
        server.serving("TWO-2.sign", joined(others, ours));
        assertThat(run(signed(url, "TWO-2", vendor.armored())).changes()).isEqualTo(1);

        // a key that anybody may hand over is known by its fingerprint
        server.serving("vendor.asc", Files.readAllBytes(vendor.armored()));
        known(url, vendor.fingerprint());
        assertThat(run("image=known").changes()).isZero();
        remove();
        assertThat(run("image=known").changes()).isEqualTo(1);
        known(url, "0".repeat(40));
        remove();
        assertThat(run("image=known").failure())
                .contains("CHECKSUM is not signed by the key " + "0".repeat(40));
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    private void known(String url, String fingerprint) throws IOException {
        table(
                url,
                "checksums: {url: \"%s\", key: \"%s\", fingerprint: \"%s\"}"
                        .formatted(server.url("CHECKSUM"), server.url("vendor.asc"), fingerprint));
    }

    @Test
    void aListThatAnybodyElseSignedIsNot() throws Exception {
        var vendor = new Vendor("vendor");
        var other = new Vendor("other");
        byte[] image = qcow2(24);
        String sum = digest(image).substring(7);
        String url = server.serving("a.qcow2", image);
        String text = "SHA256 (a.qcow2) = %s\n".formatted(sum);
        server.serving("CHECKSUM", other.clearsigned(text).getBytes(StandardCharsets.UTF_8));
        assertThat(run(signed(url, "CHECKSUM", vendor.armored())).failure())
                .contains("CHECKSUM is not signed by the key", "No public key");

        String forged =
                vendor.clearsigned(text.replace(sum, "0".repeat(64))).replace("0".repeat(64), sum);
        server.serving("FORGED", forged.getBytes(StandardCharsets.UTF_8));
        assertThat(run(signed(url, "FORGED", vendor.armored())).failure())
                .contains("FORGED is not signed by the key", "BAD signature");

        // what stands outside of what is signed is not signed
        String around =
                text + vendor.clearsigned("SHA256 (b.qcow2) = %s\n".formatted("0".repeat(64)));
        server.serving("AROUND", around.getBytes(StandardCharsets.UTF_8));
        assertThat(run(signed(url, "AROUND", vendor.armored())).failure())
                .containsAnyOf("AROUND has no digest of 'a.qcow2'", "AROUND is not signed");

        server.serving("UNSIGNED", text.getBytes(StandardCharsets.UTF_8));
        assertThat(run(signed(url, "UNSIGNED", vendor.armored())).failure())
                .contains("UNSIGNED is not signed: neither has it a signature in it");

        server.serving(
                "OTHERS",
                vendor.clearsigned("SHA256 (other-a.qcow2) = %s\n".formatted(sum))
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(run(signed(url, "OTHERS", vendor.armored())).failure())
                .contains("OTHERS has no digest of 'a.qcow2'");
        assertThat(server.requests()).noneMatch(r -> r.endsWith("a.qcow2"));
        assertThat(images()).isEmpty();
        assertThat(left()).allMatch(f -> f.toString().endsWith(".key"));
    }

    private String[] signed(String url, String list, Path key) {
        return new String[] {
            "image_url=" + url,
            "image_checksums_url=" + server.url(list),
            "image_checksums_key=" + key
        };
    }

    /** Somebody with an OpenPGP key. */
    private final class Vendor {
        private final Path keys;

        Vendor(String name) throws Exception {
            keys = Files.createDirectory(directory.resolve(name));
            Files.setPosixFilePermissions(
                    keys, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            gpg("--quick-generate-key", name + "@example.org", "ed25519", "sign", "never");
            gpg("--output", keys + "/key.gpg", "--export");
            gpg("--armor", "--output", keys + "/key.asc", "--export");
        }

        Path armored() {
            return keys.resolve("key.asc");
        }

        Path binary() {
            return keys.resolve("key.gpg");
        }

        String fingerprint() throws Exception {
            return gpg("--with-colons", "--fingerprint")
                    .lines()
                    .filter(l -> l.startsWith("fpr:"))
                    .findFirst()
                    .orElseThrow()
                    .split(":", -1)[9];
        }

        String clearsigned(String text) throws Exception {
            Path file = Files.writeString(keys.resolve("text"), text);
            gpg("--yes", "--output", keys + "/signed", "--clearsign", file.toString());
            return Files.readString(keys.resolve("signed"));
        }

        byte[] signature(String text) throws Exception {
            Path file = Files.writeString(keys.resolve("text"), text);
            gpg("--yes", "--output", keys + "/signature", "--detach-sign", file.toString());
            return Files.readAllBytes(keys.resolve("signature"));
        }

        private String gpg(String... arguments) throws Exception {
            try {
                return shell(
                        Stream.concat(
                                        Stream.of(
                                                "gpg",
                                                "--homedir",
                                                keys.toString(),
                                                "--batch",
                                                "--pinentry-mode",
                                                "loopback",
                                                "--passphrase",
                                                ""),
                                        Stream.of(arguments))
                                .toArray(String[]::new));
            } finally {
                shell("gpgconf", "--homedir", keys.toString(), "--kill", "gpg-agent");
            }
        }
    }

    // --- the means

    private Ran run(String... settings) {
        return run(directory, List.of(settings));
    }

    private static Ran run(Path directory, List<String> settings) {
        Lab lab = lab(directory, settings);
        Host virthost = lab.inventory().virthost();
        var mark = new Mark("test.yml", 1, 1);
        var playbook =
                new Playbook(
                        "test",
                        List.of(
                                new Play(
                                        Play.Kind.WORK,
                                        "image",
                                        List.of(),
                                        Map.of(),
                                        Map.of(
                                                virthost,
                                                List.of(new Play.Bound(new BaseImage(), mark))),
                                        mark)));
        var output = new java.util.concurrent.CopyOnWriteArrayList<String>();
        Ports fakes = new FakeWorld(directory.resolve("world"), virthost.name()).ports(PROJECT);
        try (var connections =
                new HostConnections(
                        LocalUser.of(System.getenv()),
                        Questions.NOBODY,
                        Optional.empty(),
                        name -> lab.inventory().host(name))) {
            var ports =
                    new Ports(
                            connections,
                            fakes.hypervisors(),
                            fakes.clusters(),
                            fakes.images(),
                            fakes.releases(),
                            fakes.signingKeys(),
                            fakes.discs(),
                            fakes.templates(),
                            fakes.documents());
            RunOutcome outcome =
                    new Runner(
                                    ports,
                                    lab,
                                    event -> {
                                        if (event instanceof RunEvent.Output line) {
                                            output.add(line.line());
                                        }
                                    },
                                    Clock.system(),
                                    new Cancellation())
                            .run(playbook, RunEvent.Mode.APPLY);
            return new Ran(outcome, output);
        }
    }

    private static Lab lab(Path directory, List<String> settings) {
        var extra =
                Stream.concat(
                                Stream.of(
                                        "images_directory=" + directory.resolve("store"),
                                        "image=known"),
                                settings.stream())
                        .map(s -> s.split("=", 2))
                        .map(pair -> "{\"%s\": \"%s\"}".formatted(pair[0], pair[1]))
                        .toList();
        return new LabLoader(new SnakeDocuments())
                .load(
                        new LabRequest(
                                directory.resolve("home"),
                                directory,
                                directory,
                                "amd64",
                                directory.resolve("state"),
                                directory.resolve("cache"),
                                List.of(directory + "/home/inventory/virthost.inventory"),
                                extra,
                                Optional.empty()))
                .lab();
    }

    private Process program(String... settings) throws IOException {
        var words =
                Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName(),
                                directory.toString()),
                        Stream.of(settings));
        return new ProcessBuilder(words.toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String[] by(String url, byte[] image) {
        return new String[] {"image_url=" + url, "image_digest=" + digest(image)};
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A header of version 3 that stands alone (docs/interop/qcow2.rst of QEMU), and noise. */
    private static byte[] qcow2(long seed) {
        byte[] image = noise(seed);
        Arrays.fill(image, 0, 112, (byte) 0);
        System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3}, 0, image, 0, 8);
        return image;
    }

    /** Noise with the signature of a partition table. */
    private static byte[] raw(long seed) {
        byte[] image = noise(seed);
        image[0] = 0;
        image[510] = 0x55;
        image[511] = (byte) 0xaa;
        return image;
    }

    private static byte[] noise(long seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private List<Path> files() {
        Path images = directory.resolve("store/images");
        if (!Files.isDirectory(images)) {
            return List.of();
        }
        try (var entries = Files.list(images)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has its name. */
    private List<Path> images() {
        return files().stream().filter(f -> Files.exists(Path.of(f + ".verified"))).toList();
    }

    private Path theImage() {
        assertThat(images()).hasSize(1);
        return images().getFirst();
    }

    private Path record() {
        return Path.of(theImage() + ".verified");
    }

    private Path part() {
        return left().stream()
                .filter(f -> f.toString().endsWith(".part"))
                .findFirst()
                .orElseThrow();
    }

    /** What is neither an image nor its record. */
    private List<Path> left() {
        List<Path> images = images();
        return files().stream()
                .filter(f -> !images.contains(f))
                .filter(f -> images.stream().noneMatch(i -> f.equals(Path.of(i + ".verified"))))
                .toList();
    }

    private void remove() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
    }

    /** The process group that fetches the only image that is on its way. */
    private long fetching() throws IOException {
        String name = part().getFileName().toString().replaceFirst("[.]part$", "");
        return Long.parseLong(
                Files.readString(Path.of("/run/kubelab/base-image-" + name, "pgid")).strip());
    }

    private static void kill(long group) throws Exception {
        shell("kill", "-KILL", "--", "-" + group);
    }

    private static String shell(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(words), out).isZero();
        return out;
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        for (int tries = 0; !what.getAsBoolean(); tries++) {
            assertThat(tries).isLessThan(1000);
            Thread.sleep(20);
        }
    }

    /** With a certificate that nobody vouches for. */
    private SSLContext ownCertificate() throws Exception {
        Path store = directory.resolve("server.p12");
        shell(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret");
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
