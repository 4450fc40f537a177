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
 * machine by a pair of virtual interfaces. Its users are {@code labadmin}, who may sudo, and {@code
 * labuser}, from whom sudo wants a password; its sshd listens on port 2222. It has no systemd:
 * nothing starts at its boot but sshd.
 */
final class TestVirthost implements AutoCloseable {
    static final int PORT = 2222;
    static final String USER = "labadmin";
    static final String USER_WITH_PASSWORD = "labuser";
    static final String PASSWORD = "correct horse kubelab staple";

    /** Of this network, one for each virthost that is there at a time. */
    private static final String NETWORK = "10.98.%d.%d";

    private static final String SCRIPT = "src/test/resources/e2e/virthost.sh";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String RELOAD = "kill -HUP $(pgrep -ox sshd)";

    /** A busy disk takes its time to forget a virthost. */
    private static final Duration DISK = Duration.ofMinutes(3);

    private final Path directory;
    private final Process disk;
    private final BufferedReader hostKeys;
    private final long number;
    private String hostKey = "";
    private long first;

    private TestVirthost(Path directory, Process disk) {
        this.directory = directory;
        this.disk = disk;
        this.number = disk.pid();
        this.hostKeys =
                new BufferedReader(
                        new InputStreamReader(disk.getInputStream(), StandardCharsets.UTF_8));
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
            Process disk =
                    new ProcessBuilder(
                                    "sh",
                                    SCRIPT,
                                    "start",
                                    directory.toString(),
                                    Files.readString(directory.resolve("id_ed25519.pub")).strip(),
                                    Integer.toString(PORT))
                            .redirectError(directory.resolve("err").toFile())
                            .start();
            var virthost = new TestVirthost(directory, disk);
            virthost.boot();
            return virthost;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void boot() throws IOException {
        disk.getOutputStream().write('\n');
        disk.getOutputStream().flush();
        String key = hostKeys.readLine();
        assertThat(key).as("host key; %s", Files.readString(directory.resolve("err"))).isNotNull();
        hostKey = key;
        first = disk.children().flatMap(ProcessHandle::children).findFirst().orElseThrow().pid();
        connect();
    }

    /**
     * Its power fails and comes back: what was in memory is lost (processes, mounts, interfaces,
     * rules, cgroups, /run, /tmp), what was on its disk is as it was.
     */
    void reboot() {
        ProcessHandle one = ProcessHandle.of(first).orElseThrow();
        one.destroyForcibly();
        one.onExit().join();
        unplug();
        try {
            boot();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel takes a moment to forget the other end with its namespace. */
    private void unplug() {
        Ran.run(SOON, "ip", "link", "del", link());
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

    /** The network that it and this machine are on, a /24 by its first three numbers. */
    String lan() {
        return address().replaceFirst("\\.[0-9]+$", "");
    }

    /** Makes its interface on {@link #lan} the port of a bridge {@code br0}, as its user would. */
    void bridge() {
        inside(
                        "sh",
                        "-ec",
                        """
                        ip link add br0 type bridge
                        ip link set br0 up
                        ip address delete $1/24 dev kl1
                        ip link set kl1 master br0
                        ip address add $1/24 dev br0
                        """,
                        "sh",
                        address())
                .succeeds();
    }

    /** Of its namespaces. */
    long process() {
        return first;
    }

    /**
     * A cable to another virthost, whose end there has the second address, here the first; another
     * one in its place if one of them has started anew.
     */
    void cable(TestVirthost other, String network) {
        String here = "kc" + number;
        String there = "kc" + other.number;
        inside("ip", "link", "delete", here);
        other.inside("ip", "link", "delete", there);
        for (String command :
                List.of(
                        "ip link add %s type veth peer name %s".formatted(here, there),
                        "ip link set %s netns %d".formatted(here, first),
                        "ip link set %s netns %d".formatted(there, other.first))) {
            Ran.run(SOON, command.split(" ")).succeeds();
        }
        inside("ip", "addr", "add", network + ".1/24", "dev", here).succeeds();
        inside("ip", "link", "set", here, "up").succeeds();
        other.inside("ip", "addr", "add", network + ".2/24", "dev", there).succeeds();
        other.inside("ip", "link", "set", there, "up").succeeds();
    }

    String address() {
        return NETWORK.formatted(subnet(), 2);
    }

    private long subnet() {
        return number % 250;
    }

    /** This machine's interface to it. */
    String link() {
        return "kl" + number;
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
        return inside(SOON, command);
    }

    Ran inside(Duration limit, String... command) {
        var all =
                new ArrayList<>(
                        List.of("nsenter", "--all", "--target", Long.toString(first), "--"));
        all.addAll(Arrays.asList(command));
        return Ran.run(limit, all.toArray(String[]::new));
    }

    /**
     * Runs a script as root in a container node, which need not be on any network for it. Its first
     * process is the child of libvirt's own for it; libvirt's word for which that is can be
     * missing.
     */
    Ran inMachine(String name, String script) {
        return inside(
                "sh",
                "-c",
                "exec nsenter --all --target $(pgrep --oldest --parent $(sed -n \"s/.*<domstatus .*pid='\\([0-9]*\\)'.*/\\1/p\" /run/libvirt/lxc/$1.xml)) -- env HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin sh -c \"$2\"",
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

    /** Its sshd shows another host key from now on, whose line for known_hosts this is. */
    String swapHostKey() {
        inside(
                        "sh",
                        "-c",
                        "cd /etc/ssh && mkdir -p old && mv virthost virthost.pub old/ && ssh-keygen -q -t ed25519 -N '' -f virthost && "
                                + RELOAD)
                .succeeds();
        return inside("cat", "/etc/ssh/virthost.pub").text();
    }

    /** Undoes {@link #swapHostKey}. */
    void showOwnHostKey() {
        inside("sh", "-c", "cd /etc/ssh && mv old/* . && rmdir old && " + RELOAD).succeeds();
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
        // the outer end of a plug has another number and address after each boot
        add(
                traces,
                "interface",
                inside("sh", "-c", "ip -o -br addr | sed 's/@if[0-9]*//; s/fe80::[^ ]*//'"));
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
                        "file /(\\.upper/var/log|run/(sudo|utmp|mount)|tmp$).*|process (sshd: .*|\\[sshd\\] <defunct>)")
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
        disk.descendants().forEach(ProcessHandle::destroyForcibly);
        disk.destroyForcibly();
        try {
            assertThat(disk.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        unplug();
        // the kernel takes a moment to let go of what the processes held
        Ran.run(DISK, "rm", "-rf", "--one-file-system", directory.toString()).succeeds();
        Ran.run(SOON, "sh", SCRIPT, "sweep");
    }
}
