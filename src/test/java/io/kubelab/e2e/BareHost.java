package io.kubelab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A host that nobody's kubelab made: namespaces with systemd, sshd and a user who may sudo ({@code
 * src/test/resources/e2e/bare-host.sh}), on a bridge of a {@link TestVirthost}'s.
 */
final class BareHost implements AutoCloseable {
    static final String USER = "admin";

    /** Not as machines call theirs. */
    static final String NIC = "enp7s0";

    private static final String SCRIPT = "src/test/resources/e2e/bare-host.sh";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration DISK = Duration.ofMinutes(3);

    private final Path directory;
    private final Process process;

    private BareHost(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * @param cache kubelab's: its newest root file system of a node has all packages, as there is
     *     no way to a package mirror
     * @param address with its prefix
     * @param process one whose network has the bridge
     */
    static BareHost start(Path cache, String address, String gateway, long process, String bridge) {
        Ran.run(SOON, "sh", SCRIPT, "sweep");
        try {
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-bare-");
            Path key = directory.resolve("id_ed25519");
            Ran.run(SOON, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                    .succeeds();
            Ran.run(
                            DISK,
                            "sh",
                            SCRIPT,
                            "root",
                            directory.toString(),
                            newestRoot(cache).toString(),
                            Files.readString(directory.resolve("id_ed25519.pub")).strip())
                    .succeeds();
            var host =
                    new BareHost(
                            directory,
                            new ProcessBuilder("sh", SCRIPT, "boot", directory.toString())
                                    .redirectError(directory.resolve("err").toFile())
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start());
            try {
                LanVirthost.await(SOON, "a first process", () -> host.first() != 0);
                Ran.run(
                                SOON,
                                "sh",
                                SCRIPT,
                                "plug",
                                Long.toString(host.first()),
                                NIC,
                                address,
                                gateway,
                                Long.toString(process),
                                bridge)
                        .succeeds();
                LanVirthost.await(
                        SOON,
                        "its boot",
                        () ->
                                host.inside(SOON, "systemctl is-system-running")
                                        .text()
                                        .matches("running|degraded"));
            } catch (AssertionError e) {
                host.close();
                throw e;
            }
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newestRoot(Path cache) throws IOException {
        try (var roots = Files.list(cache.resolve("root"))) {
            return roots.filter(root -> root.getFileName().toString().startsWith("node-"))
                    .map(root -> root.resolve("root.tar"))
                    .filter(Files::exists)
                    .max(Comparator.comparingLong(tar -> tar.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    /** Not one of those that make it ready, which end; 0: there is none. */
    private long first() {
        return process.children()
                .map(ProcessHandle::pid)
                .filter(child ->
                        !List.of("", network(ProcessHandle.current().pid()))
                                .contains(network(child)))
                .findFirst()
                .orElse(0L);
    }

    /** The network that a process is in; empty: it has ended. */
    private static String network(long process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/%d/ns/net".formatted(process))).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Runs a script as root in it. */
    Ran inside(Duration limit, String script) {
        return Ran.run(
                limit,
                "nsenter",
                "--all",
                "--target",
                Long.toString(first()),
                "--",
                "env",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                "sh",
                "-c",
                script);
    }

    /** Everything by which one could tell that it was a node. */
    TreeSet<String> traces() {
        var traces = new TreeSet<String>();
        inside(
                        SOON,
                        "find / -xdev \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o -printf '%p %y %m %U\\n'; find /run -printf '%p %y\\n'")
                .out()
                .lines()
                .forEach(line -> traces.add("file " + line));
        inside(SOON, "cat /etc/hosts /root/.kube/config; sysctl net.ipv4.ip_forward net.bridge")
                .out()
                .lines()
                .forEach(line -> traces.add("text " + line));
        inside(
                        SOON,
                        "ip -o link | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'; iptables-save | grep '^-A'")
                .out()
                .lines()
                .forEach(line -> traces.add("network " + line));
        inside(SOON, "ps -eo args=")
                .out()
                .lines()
                .filter(line -> line.matches(".*(kube|containerd|flannel|pause).*"))
                .forEach(line -> traces.add("process " + line));
        inside(SOON, "findmnt --raw --noheadings --output TARGET")
                .out()
                .lines()
                .forEach(line -> traces.add("mount " + line));
        return traces;
    }

    Path key() {
        return directory.resolve("id_ed25519");
    }

    /** Algorithm and key, as a line of known_hosts has them after the name. */
    String hostKey() {
        return inside(SOON, "cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub").text();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        Ran.run(DISK, "rm", "-rf", "--one-file-system", directory.toString()).succeeds();
        Ran.run(SOON, "sh", SCRIPT, "sweep");
    }
}
