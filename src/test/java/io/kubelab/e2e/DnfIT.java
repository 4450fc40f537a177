package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code package} on a host of the dnf family: Debian's dnf 4, and packages made for the test. */
@Tag("cluster")
@Timeout(180)
final class DnfIT {
    private static final String SCRIPT = "src/test/resources/e2e/dnf-host.sh";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir static Path made;
    @TempDir Path directory;

    private Process host;

    @BeforeAll
    static void packages() throws IOException {
        var words = new ArrayList<>(List.of("sh", SCRIPT, "make", made.toString()));
        words.addAll(ofNodes());
        Ran.run(LIMIT, words.toArray(String[]::new)).succeeds();
    }

    /** What bundle/node/packages.yml has for nodes of this family. */
    private static List<String> ofNodes() throws IOException {
        String all = Files.readString(Path.of("bundle/node/packages.yml"));
        return all.substring(all.indexOf("\ndnf:"))
                .lines()
                .filter(line -> line.startsWith("  - "))
                .map(line -> line.substring(4))
                .toList();
    }

    DnfIT() throws IOException {
        host =
                new ProcessBuilder("sh", SCRIPT, "start", made.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
    }

    @BeforeEach
    void ready() throws IOException {
        assertThat(host.inputReader().readLine()).isEqualTo("ready");
        for (String left : List.of("begun", "go-on")) {
            Files.deleteIfExists(made.resolve(left));
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        host.destroyForcibly().waitFor();
    }

    @Test
    void installsOnceAndTheSecondRunChangesNothing() throws IOException {
        String play = play("{names: [greeter], apt: [nothing-of-that-name], dnf: [oldname]}");
        assertThat(kubelab(play).succeeds().err()).contains("changed=1");
        // what was asked for and what provides it, and nothing that was only recommended
        assertThat(installed()).containsExactlyInAnyOrder("greeter", "newname");
        assertThat(kubelab(play).succeeds().err()).contains("changed=0");
        assertThat(Path.of("/usr/share/greeter")).doesNotExist();
    }

    @Test
    void aNodesPackagesAreInstalled() throws IOException {
        String play = steps("node_packages");
        assertThat(kubelab(play).succeeds().err()).contains("changed=1");
        assertThat(installed()).hasSizeGreaterThan(10).containsAll(ofNodes()).contains("crun");
        assertThat(kubelab(play).succeeds().err()).contains("changed=0");
        inside("rpm --erase conntrack-tools");
        assertThat(kubelab(play).succeeds().err()).contains("changed=1");
        assertThat(installed()).containsAll(ofNodes());
    }

    @Test
    void aPackageThatIsNotThereIsNamed() throws IOException {
        Ran ran = kubelab(play("{names: [greeter, nowhere]}"));
        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err())
                .contains("No match for argument: nowhere")
                .contains("remedy: The host's repositories have no package of that name");
        assertThat(installed()).isEmpty();
    }

    @Test
    void whatAnybodyElseSignedIsRefused() throws IOException {
        for (String name : List.of("forged", "unsigned")) {
            Ran ran = kubelab(play("{names: [greeter, %s]}".formatted(name)));
            assertThat(ran.exit()).isEqualTo(5);
            assertThat(ran.err())
                    .contains(name + "-1.0-1.noarch.rpm")
                    .contains("remedy: A package is not signed by a key of its repository");
            assertThat(installed()).isEmpty();
        }
    }

    @Test
    void aRepositoryWithoutAKeyIsRefused() throws IOException {
        inside("sed -i /gpgkey/d /etc/yum.repos.d/test.repo");
        assertThat(kubelab(play("{names: [greeter]}")).err())
                .contains("remedy: A package is not signed by a key of its repository");
        assertThat(installed()).isEmpty();
    }

    @Test
    void aRepositoryThatIsNotReachedIsNamed() throws IOException {
        inside(
                "printf '[far]\\nname=far\\nbaseurl=http://127.0.0.1:9/far\\ngpgcheck=0\\n' > /etc/yum.repos.d/far.repo");
        Ran ran = kubelab(play("{names: [greeter]}"));
        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err())
                .contains("http://127.0.0.1:9/far/repodata/repomd.xml")
                .contains("remedy: The host doesn't reach a package repository");
        inside("rm /etc/yum.repos.d/*");
        assertThat(kubelab(play("{names: [greeter]}")).err())
                .contains("no enabled repositories")
                .contains("remedy: The host doesn't reach a package repository");
    }

    @Test
    void whoComesSecondWaits() throws IOException, InterruptedException {
        try (var first =
                        Started.start(
                                new ProcessBuilder(
                                        there().within("dnf", "--assumeyes", "install", "slow")));
                var second = second(play("{names: [greeter]}"))) {
            second.await(line -> line.contains("Waiting for process with pid"), LIMIT);
            assertThat(installed()).doesNotContain("greeter");
            Files.createFile(made.resolve("go-on"));
            assertThat(first.exit(LIMIT)).isZero();
            assertThat(second.exit(LIMIT)).as(second.text()).isZero();
        }
        assertThat(installed()).containsExactlyInAnyOrder("greeter", "slow");
    }

    /** When the first one has begun to install. */
    private Started second(String play) throws InterruptedException {
        for (int tries = 0; Files.notExists(made.resolve("begun")); tries++) {
            assertThat(tries).isLessThan(1000);
            Thread.sleep(20);
        }
        return Started.start(process(play, "--verbose"));
    }

    // --- the means

    private String play(String packages) throws IOException {
        return steps("package: " + packages);
    }

    private String steps(String step) throws IOException {
        return Files.writeString(
                        directory.resolve("play.yml"),
                        """
                        - play: Packages
                          hosts: virthost
                          steps:
                          - %s
                        """
                                .formatted(step))
                .toString();
    }

    private Ran kubelab(String play) {
        return Ran.run(process(play), LIMIT);
    }

    private ProcessBuilder process(String play, String... options) {
        return there().play(play, directory.resolve("state"), options);
    }

    private NamespacedHost there() {
        return NamespacedHost.of(host, "--mount");
    }

    private Ran inside(String script) {
        return there().inside(LIMIT, script);
    }

    private List<String> installed() {
        return inside("rpm --query --all --queryformat '%{NAME}\\n' | grep -v gpg-pubkey || true")
                .out()
                .lines()
                .toList();
    }
}
