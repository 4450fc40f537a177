package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two virthosts, each behind a real firewalld, and a machine on the lab's bridge of each. */
@Tag("cluster")
@Timeout(1800)
final class VirthostFirewallIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Where packets of a bridge are filtered: br_netfilter is loaded. */
    private static final Path FILTERED = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");

    private static final Pattern RECAP =
            Pattern.compile("^(\\S+)\\s*: ok=\\d+ +changed=(\\d+) ", Pattern.MULTILINE);

    @TempDir Path directory;

    private final Site one = Site.start("one", 1);
    private final Site two = Site.start("two", 2);
    private final List<Site> both = List.of(one, two);
    private @Nullable Process sshd;

    VirthostFirewallIT() throws IOException {}

    /** A virthost, and the process in whose network namespace its machine is. */
    private record Site(String name, int number, Process host, String machine) {
        static Site start(String name, int number) throws IOException {
            Process host =
                    new ProcessBuilder("sh", "src/test/resources/e2e/firewalld-host.sh")
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new Site(name, number, host, host.inputReader().readLine());
        }

        NamespacedHost there() {
            return NamespacedHost.of(host, "--mount", "--net");
        }

        Ran inside(String script) {
            return there().inside(LIMIT, script);
        }

        boolean reaches(Site other) {
            return Ran.run(
                                    LIMIT,
                                    "nsenter",
                                    "--net",
                                    "--target",
                                    machine,
                                    "ping",
                                    "-c",
                                    "2",
                                    "-W",
                                    "1",
                                    "-M",
                                    "do",
                                    "-s",
                                    "1422",
                                    "192.168.170.1" + other.number())
                            .exit()
                    == 0;
        }
    }

    @BeforeEach
    void ready() throws IOException {
        for (Site site : both) {
            assertThat(site.host().inputReader().readLine()).isEqualTo("ready");
        }
        // who the lab is; its bridge is named for that
        Path memory = Files.createDirectories(directory.resolve("state/kubelab/labs/several"));
        Files.writeString(
                memory.resolve("lab.yml"),
                "uuid: 00000000-0000-4000-8000-000000000001\ndomain_type: qemu\n");
        Files.writeString(
                directory.resolve("two.inventory"),
                """
                one ansible_connection=local
                two ansible_host=10.99.252.2 ansible_user=root

                [virthost]
                one
                two
                """);
        Files.writeString(
                directory.resolve("two.yml"),
                """
                lab: several
                virthost_addresses: {one: 10.99.252.1}
                virtual_machines:
                - {name: kube-master, node_type: master, virthost: one}
                - {name: kube-node-1, node_type: nodes, virthost: two}
                """);
        Ran.run(
                        LIMIT,
                        "ip",
                        "link",
                        "add",
                        "cable",
                        "netns",
                        String.valueOf(one.host().pid()),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "cable",
                        "netns",
                        String.valueOf(two.host().pid()))
                .succeeds();
        for (Site site : both) {
            site.inside(
                    "ip address add 10.99.252.%d/24 dev cable && ip link set cable up"
                            .formatted(site.number()));
        }
        // firewalld lets SSH in
        two.inside(
                """
                mkdir -p %1$s /run/sshd
                ssh-keygen -q -t ed25519 -N '' -f %1$s/id_ed25519
                ssh-keygen -q -t ed25519 -N '' -f /run/host
                echo "10.99.252.2 $(cat /run/host.pub)" > %1$s/known_hosts
                cp %1$s/id_ed25519.pub /run/authorized
                printf '%%s\\n' 'HostKey /run/host' 'AuthorizedKeysFile /run/authorized' 'PermitRootLogin yes' 'PidFile none' > /run/sshd.conf
                """
                        .formatted(directory.resolve("home/.ssh")));
        sshd =
                new ProcessBuilder(
                                two.there().within("/usr/sbin/sshd", "-D", "-f", "/run/sshd.conf"))
                        .inheritIO()
                        .start();
    }

    @AfterEach
    void end() {
        Optional.ofNullable(sshd).ifPresent(Process::destroyForcibly);
        for (Site site : both) {
            site.host().descendants().forEach(ProcessHandle::destroyForcibly);
            site.host().destroyForcibly();
        }
    }

    @Test
    void machinesReachEachOtherWhileTheVirthostsLetEachOtherIn() throws IOException {
        // libvirt has not been here: the bridge is in no zone
        assertThat(changes("virthosts_admitted")).containsExactly("one: 1", "two: 1");
        assertThat(rules(one)).containsExactly(rule(two));
        assertThat(rules(two)).containsExactly(rule(one));
        String bridge = one.inside("firewall-cmd --zone=libvirt --list-interfaces").text();
        for (Site site : both) {
            site.inside(
                    """
                    ip link add %1$s type bridge
                    ip address add 192.168.170.%2$d/24 dev %1$s
                    ip link set %1$s up
                    ip link add plug type veth peer name eth0 netns %3$s
                    ip link set plug master %1$s up
                    nsenter --net --target %3$s sh -c 'ip link set eth0 up mtu 1450 && ip address add 192.168.170.1%2$d/24 dev eth0'
                    """
                            .formatted(bridge, site.number(), site.machine()));
        }
        assertThat(changes("stretched_networks")).containsExactly("one: 1", "two: 1");
        assertThat(one.reaches(two)).isTrue();
        assertThat(two.reaches(one)).isTrue();
        assertThat(changes("virthosts_admitted")).containsExactly("one: 0", "two: 0");

        two.inside("firewall-cmd --reload");
        assertThat(one.reaches(two)).isFalse();
        assertThat(changes("virthosts_admitted")).containsExactly("one: 0", "two: 1");
        assertThat(one.reaches(two)).isTrue();

        two.inside("firewall-cmd --zone=libvirt --remove-interface=" + bridge);
        assertThat(one.reaches(two)).isEqualTo(!Files.exists(FILTERED));
        assertThat(changes("virthosts_admitted")).containsExactly("one: 0", "two: 1");
        assertThat(one.reaches(two)).isTrue();

        // what comes from the other one is another zone's now
        one.inside("firewall-cmd --zone=work --add-source=10.99.252.7/24");
        assertThat(two.reaches(one)).isFalse();
        assertThat(changes("virthosts_admitted")).containsExactly("one: 1", "two: 0");
        assertThat(two.reaches(one)).isTrue();
        one.inside("firewall-cmd --zone=work --remove-source=10.99.252.7/24");

        assertThat(changes("virthosts_shut_out")).containsExactly("one: 1", "two: 1");
        assertThat(changes("virthosts_shut_out")).containsExactly("one: 0", "two: 0");
        assertThat(one.reaches(two)).isFalse();
        for (Site site : both) {
            assertThat(rules(site)).isEmpty();
            assertThat(site.inside("firewall-cmd --zone=libvirt --list-interfaces").text())
                    .isEmpty();
            assertThat(site.inside("ls /etc/firewalld/zones 2>/dev/null || true").text()).isEmpty();
        }
    }

    private static String rule(Site peer) {
        return "rule family=\"ipv4\" source address=\"10.99.252.%d\" port port=\"4789\" protocol=\"udp\" accept"
                .formatted(peer.number());
    }

    private static List<String> rules(Site site) {
        return site.inside("firewall-cmd --zone=public --list-rich-rules")
                .out()
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** How many steps of a play of this one changed something, by virthost. */
    private List<String> changes(String step) throws IOException {
        Path play =
                Files.writeString(
                        directory.resolve("play.yml"),
                        "- play: Firewall\n  hosts: virthost\n  steps:\n  - %s\n".formatted(step));
        ProcessBuilder kubelab =
                one.there()
                        .play(
                                play.toString(),
                                directory.resolve("state"),
                                "-i",
                                directory.resolve("two.inventory").toString(),
                                "-e",
                                directory.resolve("two.yml").toString());
        kubelab.environment().put("HOME", directory.resolve("home").toString());
        return RECAP.matcher(Ran.run(kubelab, LIMIT).succeeds().err())
                .results()
                .map(r -> r.group(1) + ": " + r.group(2))
                .sorted()
                .toList();
    }
}
