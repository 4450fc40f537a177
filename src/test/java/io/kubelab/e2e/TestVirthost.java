package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A virthost made of namespaces ({@code src/test/resources/e2e/virthost.sh}), joined to this
 * machine by a pair of virtual interfaces. Its user is {@code labadmin}, who may sudo; its sshd
 * listens on port 2222.
 */
final class TestVirthost implements AutoCloseable {
    static final int PORT = 2222;
    static final String USER = "labadmin";

    /** Of this network, one for each virthost that is there at a time. */
    private static final String NETWORK = "10.98.%d.%d";

    private static final String SCRIPT = "src/test/resources/e2e/virthost.sh";
    private static final Duration SOON = Duration.ofSeconds(30);

    /** A busy disk takes its time to forget a virthost. */
    private static final Duration DISK = Duration.ofMinutes(3);

    private final Path directory;
    private final Process process;
    private final long first;
    private final String hostKey;

    private TestVirthost(Path directory, Process process, long first, String hostKey) {
        this.directory = directory;
        this.process = process;
        this.first = first;
        this.hostKey = hostKey;
    }

    static TestVirthost start() {
        assertThat(Files.isExecutable(Path.of("/usr/sbin/libvirtd")))
                .as(
                        "libvirtd is installed: a virthost of namespaces has no way to a package mirror;"
                                + " './kubelab up' installs it on this machine")
                .isTrue();
        Ran.run(SOON, "sh", SCRIPT, "sweep");
        try {
            // a real disk: overlays of the nodes can't lie on an overlay or in every /tmp
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-virthost-");
            Path key = directory.resolve("id_ed25519");
            Ran.run(SOON, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                    .succeeds();
            Process process =
                    new ProcessBuilder(
                                    "sh",
                                    SCRIPT,
                                    "start",
                                    directory.toString(),
                                    Files.readString(directory.resolve("id_ed25519.pub")).strip(),
                                    Integer.toString(PORT))
                            .redirectError(directory.resolve("err").toFile())
                            .start();
            String hostKey =
                    new BufferedReader(
                                    new InputStreamReader(
                                            process.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            assertThat(hostKey)
                    .as("host key; %s", Files.readString(directory.resolve("err")))
                    .isNotNull();
            long first = process.children().findFirst().orElseThrow().pid();
            var virthost = new TestVirthost(directory, process, first, hostKey);
            virthost.connect();
            return virthost;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connect() {
        for (String command :
                List.of(
                        "ip link add %s type veth peer name kl1 netns %d".formatted(link(), first),
                        "ip addr add %s/24 dev %s"
                                .formatted(NETWORK.formatted(subnet(), 1), link()),
                        "ip link set %s up".formatted(link()))) {
            Ran.run(SOON, command.split(" ")).succeeds();
        }
        inside("ip", "addr", "add", address() + "/24", "dev", "kl1").succeeds();
        inside("ip", "link", "set", "kl1", "up").succeeds();
    }

    String address() {
        return NETWORK.formatted(subnet(), 2);
    }

    private long subnet() {
        return first % 250;
    }

    private String link() {
        return "kl" + first;
    }

    /** The private key of {@link #USER}. */
    Path key() {
        return directory.resolve("id_ed25519");
    }

    /** For ~/.ssh/known_hosts. */
    String knownHost() {
        return "[%s]:%d %s".formatted(address(), PORT, hostKey);
    }

    /** Runs a command as root in all of its namespaces but the cgroup. */
    Ran inside(String... command) {
        var all =
                new ArrayList<>(
                        List.of("nsenter", "--all", "--target", Long.toString(first), "--"));
        all.addAll(Arrays.asList(command));
        return Ran.run(SOON, all.toArray(String[]::new));
    }

    /** Runs a script as root in a container node, which need not be on any network for it. */
    Ran inMachine(String name, String script) {
        return inside(
                "sh",
                "-c",
                "exec nsenter --all --target $(sed -n \"s/.*<init pid='\\([0-9]*\\)'.*/\\1/p\" /run/libvirt/lxc/$1.xml) -- env HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin sh -c \"$2\"",
                "sh",
                name,
                script);
    }

    /** From now on no packet gets to it or from it. */
    void cut() {
        for (String chain : List.of("INPUT -i", "OUTPUT -o")) {
            inside("sh", "-c", "iptables -I %s kl1 -j DROP".formatted(chain)).succeeds();
        }
    }

    /** Undoes {@link #cut}. */
    void join() {
        for (String chain : List.of("INPUT -i", "OUTPUT -o")) {
            inside("sh", "-c", "iptables -D %s kl1 -j DROP".formatted(chain)).succeeds();
        }
    }

    /** The directory that is its /var/lib, as seen from this machine. */
    Path varLib() {
        return directory.resolve("lib");
    }

    /**
     * Everything by which one could tell that somebody was here: files, processes, mounts,
     * interfaces, firewall rules and cgroups.
     */
    TreeSet<String> traces() {
        var traces = new TreeSet<String>();
        add(
                traces,
                "file",
                inside(
                        "find",
                        "/.upper",
                        "/var/lib",
                        "/run",
                        "/tmp",
                        "-xdev",
                        "-printf",
                        "%p %y\n"));
        add(traces, "process", inside("ps", "-e", "-o", "args="));
        add(
                traces,
                "mount",
                inside("findmnt", "--raw", "--noheadings", "--output", "TARGET,FSTYPE"));
        add(traces, "interface", inside("ip", "-o", "-br", "addr"));
        add(traces, "rule", inside("iptables-save"));
        add(traces, "cgroup", inside("find", "/sys/fs/cgroup", "-type", "d"));
        return traces;
    }

    /**
     * What anybody leaves who logs in and uses sudo; the empty directories and tables that a
     * libvirt daemon makes when it runs for the first time.
     */
    static boolean isOrdinary(String trace) {
        return trace.matches(
                        "file /(\\.upper/var/log|run/(sudo|utmp|mount)|tmp$).*|process sshd: .*")
                || trace.matches(
                        "file /(\\.upper/etc/libvirt/lxc|var/lib/libvirt(/(dnsmasq|qemu(/[a-z/]+)?))?) d")
                || trace.matches("rule (\\*(filter|mangle|nat)|COMMIT)")
                || trace.matches("process (find|ps) .*");
    }

    private static void add(TreeSet<String> traces, String kind, Ran ran) {
        ran.out()
                .lines()
                .filter(l -> !l.startsWith("#") && !l.startsWith(":"))
                .forEach(l -> traces.add(kind + " " + l.strip()));
    }

    /** Ends every process of it and forgets all that it held. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Ran.run(SOON, "ip", "link", "del", link());
        // the kernel takes a moment to let go of what the processes held
        Ran.run(DISK, "rm", "-rf", "--one-file-system", directory.toString()).succeeds();
        Ran.run(SOON, "sh", SCRIPT, "sweep");
    }
}
