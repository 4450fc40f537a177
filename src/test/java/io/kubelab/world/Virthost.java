package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A machine that is to become a virthost: processes, kernel modules and settings, sockets; {@link
 * FakeMounts}, {@link FakeInterfaces} and firewalls beside it.
 */
final class Virthost {
    enum Distribution {
        /** Without systemd, and with libvirt's one daemon. */
        DEBIAN,
        /** With systemd, and with modular daemons of libvirt. */
        FEDORA
    }

    /** Daemons that systemd knows where a package is installed. */
    private static final Map<String, String> DAEMONS =
            Map.of(
                    "libvirt-daemon-driver-qemu",
                    "virtqemud",
                    "libvirt-daemon-driver-network",
                    "virtnetworkd",
                    "libvirt-daemon-log",
                    "virtlogd");

    private static final String UNITS = "/etc/systemd/system";

    private final FakeHost host;
    private final FakeIptables iptables = new FakeIptables();

    /** Command lines by pid file, or by themselves where there is none. */
    private final Map<String, String> processes = new TreeMap<>();

    private final TreeSet<String> modules = new TreeSet<>();

    private Virthost(FakeHost host) {
        this.host = host;
    }

    static void model(FakeHost host, FakeHypervisor hypervisor, Distribution distribution) {
        var virthost = new Virthost(host);
        virthost.files();
        virthost.programs();
        if (distribution == Distribution.FEDORA) {
            host.put("/etc/os-release", text("ID=fedora\nPRETTY_NAME=\"Fedora Linux 44\"\n"));
            host.put("/run/systemd/system", new Item.Directory("755", "root:root"));
            host.model("systemctl", virthost::systemctl);
        }
        if (distribution == Distribution.DEBIAN) {
            host.put(
                    "/usr/sbin/libvirtd",
                    new Item.RegularFile(
                            new Content.Text(""), "755", "root:root", java.time.Instant.EPOCH));
        }
        FakeMounts.model(host);
        FakeInterfaces.model(host, hypervisor);
        FakeFirewalld.model(host);
        host.model("getenforce", (_, _) -> fails(127, "sh: getenforce: not found\n"));
    }

    private void files() {
        host.put("/etc/os-release", text("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13\"\n"));
        host.live("/proc/net/unix", this::sockets);
        host.live("/proc/net/tcp", this::listening);
        host.live("/proc/net/tcp6", () -> "  sl  local_address remote_address st\n");
        host.live("/proc/meminfo", () -> "MemAvailable:   16777216 kB\n");
        host.live(
                "/proc/modules",
                () ->
                        modules.stream()
                                .map(m -> m + " 1 0 - Live 0x0\n")
                                .collect(Collectors.joining()));
        Map.of(
                        "net/ipv4/ip_forward",
                        "0",
                        "vm/overcommit_memory",
                        "0",
                        "kernel/panic",
                        "0",
                        "kernel/panic_on_oops",
                        "0")
                .forEach((name, value) -> host.put("/proc/sys/" + name, text(value + "\n")));
    }

    /** Whoever is asked for an image has it. */
    private static CommandResult fetchImage(FakeHost host, Program.Call call) {
        if (host.at("/var/lib/kubelab/bin/fetch-image").isEmpty()) {
            return fails(127, "sh: fetch-image: not found\n");
        }
        List<String> words = call.words();
        String path = words.getFirst();
        String digest = words.get(2).equals("digest") ? words.get(3) : "sha256:" + "0".repeat(64);
        Content image = new Content.Text("image of " + digest);
        host.put(path, image, FileAttributes.PUBLIC);
        String look = host.run(Command.of("stat", "--format", "%s %.9Y", path)).out().strip();
        host.put(
                path + ".verified",
                new Content.Text("%s %s qcow2\n".formatted(digest, look)),
                FileAttributes.PUBLIC);
        return prints(digest + "\n");
    }

    private static Item text(String text) {
        return new Item.RegularFile(
                new Content.Text(text), "644", "root:root", java.time.Instant.EPOCH);
    }

    private String sockets() {
        return Stream.concat(
                        Stream.of("libvirtd", "virtlogd")
                                .filter(this::isRunning)
                                .map(daemon -> daemon.equals("libvirtd") ? "libvirt" : daemon),
                        processes.keySet().stream()
                                .filter(unit -> unit.endsWith(".socket"))
                                .map(unit -> unit.replace(".socket", "")))
                .map("0000: 00000002 00000000 00010000 0001 01 1 /run/libvirt/%s-sock\n"::formatted)
                .collect(Collectors.joining());
    }

    /** The registry listens as soon as it runs. */
    private String listening() {
        var text = new StringBuilder("  sl  local_address rem_address   st\n");
        processes.values().stream()
                .filter(p -> p.contains("/registry serve "))
                .forEach(p -> {
                    String config = p.substring(p.lastIndexOf(' ') + 1);
                    var found =
                            java.util.regex.Pattern.compile("addr: *\"?([0-9.]+):(\\d+)")
                                    .matcher(host.run(Command.of("cat", config)).out());
                    if (found.find()) {
                        text.append(
                                "   0: %s:%04X 00000000:0000 0A\n"
                                        .formatted(
                                                FakeInterfaces.littleEndian(found.group(1)),
                                                Integer.parseInt(found.group(2))));
                    }
                });
        return text.toString();
    }

    private boolean isRunning(String program) {
        return processes.values().stream()
                .anyMatch(p -> p.equals(program) || p.startsWith(program + " "));
    }

    private void programs() {
        host.model("iptables-save", iptables::saved);
        host.model("iptables", iptables::run);
        host.model("ip6tables-save", (_, _) -> prints(""));
        host.model("qemu-img", Disks::qemuImg);
        // no machine says anything on its console
        host.model("tail", (_, call) -> fails(1, "tail: " + call.words().getLast() + "\n"));
        // waits for the end of what kill has ended already
        host.model("timeout", (h, call) -> call.has("tail") ? prints("") : fails(124, ""));
        host.model("uname", (_, call) -> prints(call.has("-m") ? "x86_64\n" : "Linux\n"));
        host.model("modprobe", this::modprobe);
        host.model("libvirtd", this::libvirtd);
        host.model("virtlogd", this::virtlogd);
        host.model("start-stop-daemon", this::startStopDaemon);
        host.model(
                "ps",
                (_, call) ->
                        prints(
                                Stream.concat(
                                                Stream.of(
                                                        "/sbin/init",
                                                        "ps " + String.join(" ", call.words())),
                                                processes.values().stream())
                                        .map(process -> "7 " + process + "\n")
                                        .collect(Collectors.joining())));
        host.model("kill", this::kill);
        host.model(
                "pgrep",
                (_, call) ->
                        processes.isEmpty() && !call.has("/sbin/firewalld")
                                ? fails(1, "")
                                : prints("100\n"));
        host.model("tar", this::tar);
        host.model("/var/lib/kubelab/bin/fetch-image", Virthost::fetchImage);
        // kubelab has made no bridge
        host.model("/var/lib/kubelab/bin/lan-bridge", (_, _) -> fails(127, "sh: not found\n"));
        host.model("ls", this::ls);
        host.model("grep", this::grep);
        host.model("find", (_, _) -> prints(""));
        host.model("nft", (_, _) -> fails(127, "sh: nft: not found\n"));
        host.model("df", (_, _) -> prints("Avail Mounted on\n20000 /\n"));
        host.model("sysctl", this::sysctl);
        host.model("rmdir", this::rmdir);
    }

    private CommandResult started(String key, String commandLine) {
        processes.put(key, commandLine);
        host.tick("start " + commandLine);
        return prints("");
    }

    private CommandResult libvirtd(FakeHost h, Program.Call call) {
        host.put(call.option("--pid-file"), text("815\n"));
        host.put("/proc/815/comm", text("libvirtd\n"));
        iptables.libvirtStarts();
        return started("libvirtd", "libvirtd --daemon");
    }

    private CommandResult virtlogd(FakeHost h, Program.Call call) {
        host.put(call.option("--pid-file"), text("816\n"));
        host.put("/proc/816/comm", text("virtlogd\n"));
        return started("virtlogd", "virtlogd --daemon");
    }

    private CommandResult modprobe(FakeHost h, Program.Call call) {
        if (call.has("--show-depends")) {
            return prints("insmod /lib/modules/%s.ko\n".formatted(call.words().getLast()));
        }
        boolean remove = call.has("-r");
        for (String module : call.operands()) {
            if (remove ? modules.remove(module) : modules.add(module)) {
                host.tick((remove ? "unload " : "load ") + module);
            }
        }
        return prints("");
    }

    private CommandResult startStopDaemon(FakeHost h, Program.Call call) {
        String pidfile = call.option("--pidfile");
        if (call.has("--stop")) {
            if (processes.remove(pidfile) != null) {
                host.tick("stop " + pidfile);
            }
            return prints("");
        }
        List<String> arguments =
                call.words().subList(call.words().indexOf("--") + 1, call.words().size());
        host.put(pidfile, text("100\n"));
        host.put(call.option("--output"), text(""));
        return started(pidfile, call.option("--startas") + " " + String.join(" ", arguments));
    }

    /** What is active is a process: of a socket systemd's, of a service its own. */
    private CommandResult systemctl(FakeHost h, Program.Call call) {
        DAEMONS.forEach((name, daemon) -> {
            if (host.packages().contains(name)) {
                know(daemon + ".socket");
                know(daemon);
            }
        });
        String verb = call.operands().getFirst();
        if (verb.equals("show") || verb.equals("daemon-reload")) {
            host.tree(UNITS).stream()
                    .filter(path -> path.endsWith(".service"))
                    .forEach(path -> know(path.replaceFirst(".*/", "")));
            return DebianPrograms.systemctl(h, call);
        }
        String now = verb.equals("disable") ? "stop" : "start";
        for (String unit : call.operands().subList(1, call.operands().size())) {
            for (String each : call.has("--now") ? List.of(verb, now) : List.of(verb)) {
                CommandResult result =
                        DebianPrograms.systemctl(
                                h, new Program.Call(List.of(each, unit), Map.of(), ""));
                if (!result.ok()) {
                    return result;
                }
            }
            if (host.unit(unit).active().equals("active")) {
                processes.put(unit, execStart(unit));
            } else {
                processes.remove(unit);
            }
        }
        return prints("");
    }

    private void know(String unit) {
        if (host.unit(unit).atBoot().isEmpty()) {
            host.unit(
                    unit,
                    new FakeHost.Unit("inactive", "disabled", false, java.util.Optional.empty()));
        }
    }

    private String execStart(String unit) {
        return host.run(Command.of("cat", UNITS + "/" + unit))
                .out()
                .lines()
                .filter(line -> line.startsWith("ExecStart="))
                .findFirst()
                .map(line -> line.substring("ExecStart=".length()))
                .orElse("/usr/sbin/" + unit);
    }

    private CommandResult kill(FakeHost h, Program.Call call) {
        host.tick("kill " + String.join(" ", call.words()));
        Map.of("815", "libvirtd", "816", "virtlogd")
                .forEach((pid, daemon) -> {
                    if (call.operands().contains(pid)) {
                        processes.remove(daemon);
                        host.remove("/run/kubelab/%s.pid".formatted(daemon));
                        host.remove("/proc/%s/comm".formatted(pid));
                    }
                });
        return prints("");
    }

    /** Unpacks a real archive (the name of the file is on standard input). */
    private CommandResult tar(FakeHost h, Program.Call call) {
        String into = call.option("--directory");
        host.tick("unpack into " + into);
        unpack(call.input(), host, into);
        return prints("");
    }

    /** Every regular file of a real archive. */
    static void unpack(String archive, FakeHost host, String into) {
        try {
            Path real = Files.createTempDirectory("world");
            var process =
                    new ProcessBuilder("tar", "-xf", archive, "-C", real.toString())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            process.waitFor();
            // what the played mmdebstrap makes is no archive: an empty root
            try (var tree = Files.walk(real)) {
                for (Path file : tree.filter(Files::isRegularFile).toList()) {
                    host.put(
                            into + "/" + real.relativize(file),
                            new Item.RegularFile(
                                    new Content.Artifact(file, sha256(file)),
                                    "755",
                                    "root:root",
                                    host.now()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private CommandResult ls(FakeHost h, Program.Call call) {
        String directory = call.words().getLast();
        if ("/sys/module".equals(directory)) {
            return prints(String.join("\n", modules) + "\n");
        }
        if (host.at(directory).isEmpty()) {
            return fails(2, "ls: cannot access '%s'\n".formatted(directory));
        }
        return prints(
                host.tree(directory).stream()
                        .map(p -> p.substring(directory.length()).replaceFirst("^/", ""))
                        .filter(p -> !p.isEmpty())
                        .map(p -> p.replaceFirst("/.*", "") + "\n")
                        .distinct()
                        .collect(Collectors.joining()));
    }

    /** {@code -E pattern file}, or the values of settings with {@code -s -H ""}. */
    private CommandResult grep(FakeHost h, Program.Call call) {
        List<String> operands = call.operands();
        var pattern = java.util.regex.Pattern.compile(operands.getFirst());
        var out = new StringBuilder();
        for (String path : operands.subList(1, operands.size())) {
            host.run(Command.of("cat", path))
                    .out()
                    .lines()
                    .forEach(line -> {
                        var found = pattern.matcher(line);
                        if (found.find()) {
                            out.append(call.has("-H") ? path + ":" : "")
                                    .append(call.has("-o") ? found.group() : line)
                                    .append('\n');
                        }
                    });
        }
        return out.isEmpty() ? fails(1, "") : prints(out.toString());
    }

    private CommandResult sysctl(FakeHost h, Program.Call call) {
        call.operands().stream()
                .filter(o -> o.contains("="))
                .forEach(o -> {
                    String[] pair = o.split("=", 2);
                    host.put(
                            "/proc/sys/" + pair[0].strip().replace('.', '/'),
                            text(pair[1].strip() + "\n"));
                });
        return prints("");
    }

    private CommandResult rmdir(FakeHost h, Program.Call call) {
        call.operands().stream().filter(o -> host.tree(o).size() == 1).forEach(host::remove);
        return prints("");
    }
}
