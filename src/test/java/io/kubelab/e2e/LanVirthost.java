package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A virthost of namespaces with systemd, whose interface one of the usual programs configures, on a
 * LAN with a router and a DHCP server ({@code src/test/resources/e2e/lan-virthost.sh}). This
 * machine is on that LAN too.
 */
final class LanVirthost implements AutoCloseable {
    static final String NIC = "enp1s0f1";

    private static final String SCRIPT = "src/test/resources/e2e/lan-virthost.sh";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration BOOT = Duration.ofMinutes(1);

    /** What a network manager is told by people, of which kubelab may leave no trace. */
    private static final String CONFIGURATION =
            "cd /etc && find network NetworkManager netplan systemd/network systemd/system -type f | sort | xargs stat -c '%n %a %U' &&"
                    + " find network NetworkManager netplan systemd/network systemd/system -type f | sort | xargs sha256sum;"
                    + " ls -A /var/lib/kubelab /run/kubelab-lan-bridge 2>/dev/null";

    private final Path directory;
    private final Process disk;
    private final String lan;
    private final String network;

    private LanVirthost(Path directory, Process disk, String lan, String network) {
        this.directory = directory;
        this.disk = disk;
        this.lan = lan;
        this.network = network;
    }

    /** Its packages; takes a minute. */
    static Path root(Path directory) {
        Path root = directory.resolve("root");
        Ran.run(Duration.ofMinutes(10), "nice", "sh", SCRIPT, "root", root.toString()).succeeds();
        return root;
    }

    /**
     * @param tool what configures its interface
     * @param mode {@code dhcp}, {@code static} or, where NetworkManager has been told nothing,
     *     {@code automatic}
     */
    static LanVirthost start(Path root, String tool, String mode) {
        Ran.run(SOON, "sh", SCRIPT, "sweep");
        try {
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-lan-");
            Path key = directory.resolve("id_ed25519");
            Ran.run(SOON, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                    .succeeds();
            long number = ProcessHandle.current().pid() % 200 + 20;
            String lan = "klan" + number;
            String network = "10.87." + number;
            Ran.run(
                            SOON,
                            "sh",
                            SCRIPT,
                            "configure",
                            directory.toString(),
                            tool,
                            mode,
                            Files.readString(directory.resolve("id_ed25519.pub")).strip(),
                            network)
                    .succeeds();
            Ran.run(SOON, "sh", SCRIPT, "unlan", directory.toString(), lan);
            Ran.run(SOON, "sh", SCRIPT, "lan", directory.toString(), lan, network).succeeds();
            Process disk =
                    new ProcessBuilder("sh", SCRIPT, "start", directory.toString(), root.toString())
                            .redirectError(directory.resolve("err").toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var virthost = new LanVirthost(directory, disk, lan, network);
            try {
                virthost.boot(NIC);
            } catch (AssertionError e) {
                virthost.close();
                throw e;
            }
            return virthost;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void boot(String link) {
        try {
            disk.getOutputStream().write('\n');
            disk.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(BOOT, "a first process", () -> first() != 0);
        Ran.run(SOON, "sh", SCRIPT, "plug", lan, Long.toString(first()), "52:54:00:0a:0b:0c")
                .succeeds();
        await(
                BOOT,
                "an address on " + link,
                () -> inside("ip -4 -o address show " + link).out().contains(network));
        await(BOOT, "sshd", () -> inside("ss -ltn | grep -q :22").exit() == 0);
    }

    /** Its power fails and comes back. */
    void reboot(String link) {
        ProcessHandle one = ProcessHandle.of(first()).orElseThrow();
        one.destroyForcibly();
        one.onExit().join();
        await(BOOT, "its end", () -> first() == 0);
        boot(link);
    }

    /** 0: there is none. */
    private long first() {
        return disk.children()
                .filter(p -> p.info().command().filter(c -> c.endsWith("/unshare")).isPresent())
                .flatMap(ProcessHandle::children)
                .findFirst()
                .map(ProcessHandle::pid)
                .orElse(0L);
    }

    static void await(Duration limit, String what, BooleanSupplier there) {
        long end = System.nanoTime() + limit.toNanos();
        while (!there.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs a script as root in it. */
    Ran inside(String script) {
        return Ran.run(
                SOON,
                "nsenter",
                "--all",
                "--target",
                Long.toString(first()),
                "--",
                "env",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "sh",
                "-c",
                script);
    }

    /** From now on nothing gets to it or from it. */
    void cut() {
        Ran.run(SOON, "ip", "-n", lan, "link", "set", "virthost", "nomaster").succeeds();
    }

    /** Undoes {@link #cut}. */
    void join() {
        Ran.run(SOON, "ip", "-n", lan, "link", "set", "virthost", "master", "lan").succeeds();
    }

    /** The interface's addresses and routes, as ip(8) has them. */
    List<String> ways(String link) {
        var ways = new ArrayList<String>();
        inside("ip -4 -o address show dev " + link)
                .out()
                .lines()
                .map(l -> l.replaceFirst("^.* inet ([0-9./]+) .*$", "$1"))
                .forEach(ways::add);
        inside("ip -4 route show dev " + link)
                .out()
                .lines()
                .map(l -> l.replaceFirst("metric [0-9]+", "").strip())
                .sorted()
                .forEach(ways::add);
        return ways;
    }

    String address() {
        return ways(NIC).getFirst().split("/", 2)[0];
    }

    String configuration() {
        return inside(CONFIGURATION).out();
    }

    /** {@code 10.87.20}, of a /24. */
    String network() {
        return network;
    }

    Path key() {
        return directory.resolve("id_ed25519");
    }

    String hostKey() {
        return inside("cat /etc/ssh/ssh_host_ed25519_key.pub").text();
    }

    @Override
    public void close() {
        disk.descendants().forEach(ProcessHandle::destroyForcibly);
        disk.destroyForcibly().onExit().join();
        Ran.run(SOON, "sh", SCRIPT, "unlan", directory.toString(), lan);
        Ran.run(SOON, "rm", "-rf", "--one-file-system", directory.toString()).succeeds();
        Ran.run(SOON, "sh", SCRIPT, "sweep");
    }
}
