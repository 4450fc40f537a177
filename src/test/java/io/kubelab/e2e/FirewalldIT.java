package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The registry behind a real firewalld, asked by a machine on the lab's bridge. */
@Tag("cluster")
@Timeout(300)
final class FirewalldIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String REGISTRY = "192.168.170.1";

    @TempDir Path directory;

    private Process host;
    private String machine = "";

    FirewalldIT() throws IOException {
        host =
                new ProcessBuilder("sh", "src/test/resources/e2e/firewalld-host.sh")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
    }

    @BeforeEach
    void ready() throws IOException {
        // who the lab is; its bridge is named for that
        Path memory = Files.createDirectories(directory.resolve("state/kubelab/labs/the_virthost"));
        Files.writeString(
                memory.resolve("lab.yml"),
                "uuid: 00000000-0000-4000-8000-000000000001\ndomain_type: qemu\n");
        machine = host.inputReader().readLine();
        assertThat(host.inputReader().readLine()).isEqualTo("ready");
    }

    @AfterEach
    void end() {
        host.descendants().forEach(ProcessHandle::destroyForcibly);
        host.destroyForcibly();
    }

    @Test
    void machinesReachTheRegistryAndNothingElse() throws IOException {
        // libvirt has not been here: the bridge is in no zone
        assertThat(kubelab("registry_admitted")).contains("changed=1");
        String bridge = inside("firewall-cmd --zone=libvirt --list-interfaces").text();
        assertThat(bridge).startsWith("klab");
        inside(
                """
                ip link add %1$s type bridge
                ip address add %2$s/24 dev %1$s
                ip link set %1$s up
                ip link add plug type veth peer name eth0 netns %3$s
                ip link set plug master %1$s up
                nsenter --net --target %3$s sh -c 'ip link set eth0 up && ip address add 192.168.170.2/24 dev eth0'
                """
                        .formatted(bridge, REGISTRY, machine));
        try (var registry = listening("5000");
                var other = listening("5001")) {
            for (Started server : List.of(registry, other)) {
                server.await(line -> line.contains("Serving"), LIMIT);
            }
            assertThat(reached("5000")).isTrue();
            assertThat(reached("5001")).isFalse();
            assertThat(kubelab("registry_admitted")).contains("changed=0");

            inside("firewall-cmd --reload");
            assertThat(reached("5000")).isFalse();
            assertThat(kubelab("registry_admitted")).contains("changed=1");
            assertThat(reached("5000")).isTrue();

            assertThat(kubelab("registry_shut_out")).contains("changed=1");
            assertThat(reached("5000")).isFalse();
            assertThat(kubelab("registry_shut_out")).contains("changed=0");
        }
        assertThat(inside("ls /etc/firewalld/zones 2>/dev/null || true").text()).isEmpty();
    }

    private Started listening(String port) {
        return Started.start(
                new ProcessBuilder(
                        there().within(
                                        "python3",
                                        "-u",
                                        "-m",
                                        "http.server",
                                        port,
                                        "--bind",
                                        REGISTRY,
                                        "--directory",
                                        directory.toString())));
    }

    private boolean reached(String port) {
        return Ran.run(
                                LIMIT,
                                "nsenter",
                                "--net",
                                "--target",
                                machine,
                                "curl",
                                "--silent",
                                "--max-time",
                                "10",
                                "--output",
                                "/dev/null",
                                "http://%s:%s/".formatted(REGISTRY, port))
                        .exit()
                == 0;
    }

    /** What a play of this one step says. */
    private String kubelab(String step) throws IOException {
        Path play =
                Files.writeString(
                        directory.resolve("play.yml"),
                        "- play: Firewall\n  hosts: virthost\n  steps:\n  - %s\n".formatted(step));
        return Ran.run(there().play(play.toString(), directory.resolve("state")), LIMIT)
                .succeeds()
                .err();
    }

    private NamespacedHost there() {
        return NamespacedHost.of(host, "--mount", "--net");
    }

    private Ran inside(String script) {
        return there().inside(LIMIT, script);
    }
}
