package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A machine that is to become a virthost: mounts, processes, kernel modules and settings, sockets.
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
    private final FakeHypervisor hypervisor;
    private final FakeLinks links = new FakeLinks();
    private final List<Mount> mounts = new ArrayList<>();

    /** Command lines by pid file, or by themselves where there is none. */
    private final Map<String, String> processes = new TreeMap<>();

    private final TreeSet<String> modules = new TreeSet<>();

    /** What libvirt puts into the firewall when it starts and leaves there when it ends. */
    private final TreeSet<String> libvirtChains = new TreeSet<>();

    private final TreeSet<String> libvirtJumps = new TreeSet<>();

    private record Mount(
            String point, String source, String type, String options, boolean shared) {}

    private Virthost(FakeHost host, FakeHypervisor hypervisor) {
        this.host = host;
        this.hypervisor = hypervisor;
    }

    static void model(FakeHost host, FakeHypervisor hypervisor, Distribution distribution) {
        var virthost = new Virthost(host, hypervisor);
        virthost.mounts.add(new Mount("/", "/dev/vda", "ext4", "rw", false));
        virthost.mounts.add(new Mount("/sys/fs/cgroup/unified", "cgroup2", "cgroup2", "rw", false));
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
        FakeFirewalld.model(host);
        host.model("getenforce", (_, _) -> fails(127, "sh: getenforce: not found\n"));
    }

    private void files() {
        host.put("/etc/os-release", text("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13\"\n"));
        host.live("/proc/self/mountinfo", this::mountinfo);
        host.live("/proc/net/unix", this::sockets);
        host.live("/proc/net/tcp", this::listening);
        host.live("/proc/net/tcp6", () -> "  sl  local_address remote_address st\n");
        host.live("/proc/meminfo", () -> "MemAvailable:   16777216 kB\n");
        host.live("/proc/net/route", this::routes);
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

    private String mountinfo() {
        var text = new StringBuilder();
        for (int i = 0; i < mounts.size(); i++) {
            Mount m = mounts.get(i);
            text.append(
                    "%d 1 0:%d / %s rw %s- %s %s %s%n"
                            .formatted(
                                    20 + i,
                                    20 + i,
                                    m.point(),
                                    m.shared() ? "shared:%d ".formatted(i) : "",
                                    m.type(),
                                    m.source(),
                                    m.options()));
        }
        return text.toString();
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
                                                littleEndian(found.group(1)),
                                                Integer.parseInt(found.group(2))));
                    }
                });
        return text.toString();
    }

    private static String littleEndian(String address) {
        String[] octets = address.split("\\.");
        return "%02X%02X%02X%02X"
                .formatted(
                        Integer.parseInt(octets[3]),
                        Integer.parseInt(octets[2]),
                        Integer.parseInt(octets[1]),
                        Integer.parseInt(octets[0]));
    }

    private String routes() {
        return "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
                + hypervisor.networks().stream()
                        .filter(n -> n.active() && n.asked().flatMap(a -> a.nat()).isPresent())
                        .map(n ->
                                "%s\t%s\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
                                        .formatted(
                                                n.bridge(),
                                                littleEndian(
                                                        n.asked()
                                                                .flatMap(a -> a.nat())
                                                                .orElseThrow()
                                                                .gateway()
                                                                .replaceFirst("\\d+$", "0"))))
                        .collect(Collectors.joining());
    }

    private boolean isRunning(String program) {
        return processes.values().stream()
                .anyMatch(p -> p.equals(program) || p.startsWith(program + " "));
    }

    private void programs() {
        host.model("mount", this::mount);
        host.model("umount", this::umount);
        host.model("iptables-save", this::savedFirewall);
        host.model("iptables", this::firewall);
        host.model("ip6tables-save", (_, _) -> prints(""));
        host.model("unshare", this::unshare);
        // what succeeds whatever its status
        host.model(
                "sh",
                (h, call) ->
                        call.words().getLast().endsWith("; true")
                                ? prints(greeting(call.words().getLast()))
                                : fails(127, "sh: not modelled\n"));
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
        host.model("ip", ((Program) this::ip).batched());
        host.model("bridge", links::bridge);
        host.model("nsenter", ((Program) this::inNamespace).batched());
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
        host.model("df", (_, _) -> prints("Avail Mounted on\n20000 /\n"));
        host.model("sysctl", this::sysctl);
        host.model("rmdir", this::rmdir);
    }

    private CommandResult started(String key, String commandLine) {
        processes.put(key, commandLine);
        host.tick("start " + commandLine);
        return prints("");
    }

    /** The propagation of a mount, an overlay, or a directory over itself. */
    private CommandResult mount(FakeHost h, Program.Call call) {
        String target = call.words().getLast();
        host.tick("mount " + String.join(" ", call.words()));
        if (call.has("--make-shared") || call.has("--make-rshared") || call.has("--make-private")) {
            boolean shared = !call.has("--make-private");
            mounts.replaceAll(m ->
                    m.point().equals(target)
                            ? new Mount(m.point(), m.source(), m.type(), m.options(), shared)
                            : m);
        } else if (call.has("--bind")) {
            mounts.add(new Mount(target, "/dev/vda", "ext4", "rw", false));
        } else if (call.has("overlay")) {
            String options = call.option("-o");
            mounts.add(new Mount(target, "overlay", "overlay", options, true));
            String base = options.replaceFirst(".*lowerdir=([^,]*).*", "$1");
            for (String path : host.tree(base)) {
                host.put(target + path.substring(base.length()), host.at(path).orElseThrow());
            }
        } else {
            throw h.unmodelled("mount", call);
        }
        return prints("");
    }

    private CommandResult umount(FakeHost h, Program.Call call) {
        String target = call.words().getLast();
        host.tick("umount " + target);
        boolean overlay =
                mounts.stream()
                        .anyMatch(m -> m.point().equals(target) && m.type().equals("overlay"));
        if (!mounts.removeIf(m -> m.point().equals(target))) {
            return fails(32, "umount: %s: not mounted.\n".formatted(target));
        }
        if (overlay) {
            host.remove(target);
            host.put(target, new Item.Directory("755", "root:root"));
        }
        return prints("");
    }

    /** Commands in a mount namespace of their own: what they mount and unmount is not seen here. */
    private CommandResult unshare(FakeHost h, Program.Call call) {
        List<String> words = call.words();
        if (!words.subList(0, words.size() - 1)
                .equals(List.of("--mount", "--propagation", "slave", "sh", "-c"))) {
            throw h.unmodelled("unshare", call);
        }
        return Stream.of(words.getLast().split(" && "))
                .map(part -> List.of(part.split(" ")))
                .filter(argv -> !argv.getFirst().endsWith("mount"))
                .map(argv -> host.run(Command.of(argv)))
                .filter(result -> !result.ok())
                .findFirst()
                .orElse(prints(""));
    }

    private CommandResult libvirtd(FakeHost h, Program.Call call) {
        host.put(call.option("--pid-file"), text("815\n"));
        host.put("/proc/815/comm", text("libvirtd\n"));
        if (libvirtJumps.isEmpty()) {
            libvirtJumps.add("INPUT -j LIBVIRT_INP");
            libvirtChains.add("LIBVIRT_INP");
        }
        return started("libvirtd", "libvirtd --daemon");
    }

    private CommandResult virtlogd(FakeHost h, Program.Call call) {
        host.put(call.option("--pid-file"), text("816\n"));
        host.put("/proc/816/comm", text("virtlogd\n"));
        return started("virtlogd", "virtlogd --daemon");
    }

    /** What the SSH server of a machine says to whoever connects to its address. */
    private String greeting(String script) {
        return runningMachines().stream()
                        .map(m -> m.nics().getFirst())
                        .map(n -> n.address().isEmpty() ? Nodes.lease(n.mac()) : n.address())
                        .anyMatch(address -> script.contains("/dev/tcp/%s/22".formatted(address)))
                ? "SSH-2.0-OpenSSH_10.0\n"
                : "";
    }

    private CommandResult savedFirewall(FakeHost h, Program.Call call) {
        return prints(
                "*filter\n"
                        + libvirtChains.stream()
                                .map(c -> ":" + c + " - [0:0]\n")
                                .collect(Collectors.joining())
                        + libvirtJumps.stream()
                                .map(j -> "-A " + j + "\n")
                                .collect(Collectors.joining())
                        + "COMMIT\n");
    }

    private CommandResult firewall(FakeHost h, Program.Call call) {
        String words = String.join(" ", call.words());
        boolean gone =
                words.startsWith("-w -t filter -D ")
                        ? libvirtJumps.remove(words.substring("-w -t filter -D ".length()))
                        : words.startsWith("-w -t filter -X ")
                                && libvirtJumps.stream()
                                        .noneMatch(j -> j.endsWith(call.words().getLast()))
                                && libvirtChains.remove(call.words().getLast());
        host.tick("iptables " + words);
        return gone ? prints("") : fails(1, "iptables: No such chain or rule: " + words + "\n");
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

    /** Bridges of networks, and a plug in one for each interface of a machine that runs. */
    private CommandResult ip(FakeHost h, Program.Call call) {
        if (call.has("neighbour") || links.change(h, "", call)) {
            return prints("");
        }
        if (call.has("get")) {
            return prints(
                    "%s dev br0 src 192.168.1.119 uid 0 \\    cache \n"
                            .formatted(call.words().getLast()));
        }
        if (call.has("show") && call.has("dev")) {
            String device = links.devices(call.option("dev"));
            return device.isEmpty() ? fails(1, "Device does not exist.\n") : prints(device);
        }
        var lan = new StringBuilder(shown(call, 2, "enp1s0f1", "master br0", "", 0));
        lan.append(shown(call, 3, "br0", "", "192.168.1.119", 24));
        var active = hypervisor.networks().stream().filter(n -> n.active()).toList();
        var text = new StringBuilder(lan);
        for (int i = 0; i < active.size(); i++) {
            NetworkSpec network = active.get(i).asked().orElseThrow();
            String[] given = (links.address(network.bridge()) + "/0").split("/", -1);
            text.append(
                    shown(
                            call,
                            10 + i,
                            network.bridge(),
                            "",
                            network.nat().map(NetworkSpec.Nat::gateway).orElse(given[0]),
                            network.nat()
                                    .map(NetworkSpec.Nat::prefix)
                                    .orElse(Integer.parseInt(given[1]))));
        }
        if (call.has("link")) {
            text.append(links.devices(""));
        }
        for (MachineSpec machine : runningMachines()) {
            for (MachineSpec.Nic nic : machine.nics()) {
                String bridge =
                        active.stream()
                                .filter(n -> n.name().equals(nic.network()))
                                .map(n -> n.bridge())
                                .findFirst()
                                .or(nic::bridge)
                                .orElse("");
                text.append(
                        shown(
                                call,
                                plug(nic),
                                "vnet%d@if%d".formatted(plug(nic), 2 + machine.nics().indexOf(nic)),
                                "master %s link/ether fe%s"
                                        .formatted(bridge, nic.mac().substring(2)),
                                "",
                                0));
            }
        }
        return prints(text.toString());
    }

    /** A machine's own interfaces, as libvirt made them. */
    private CommandResult inNamespace(FakeHost h, Program.Call call) {
        String pid = call.option("--net").replaceAll("\\D+", "");
        var inside = new Program.Call(call.words().subList(2, call.words().size()), Map.of(), "");
        if (links.change(h, pid, inside)) {
            return prints("");
        }
        for (MachineSpec machine : runningMachines()) {
            String status = "/run/libvirt/lxc/" + machine.name() + ".xml";
            if (host.run(Command.of("cat", status)).out().contains("'" + pid + "'")) {
                var text = new StringBuilder();
                for (int i = 0; i < machine.nics().size(); i++) {
                    MachineSpec.Nic nic = machine.nics().get(i);
                    String link = "eth%d@if%d".formatted(i, plug(nic));
                    boolean asks = nic.address().isEmpty() && asksDhcp(machine.guest());
                    String address = asks ? Nodes.lease(nic.mac()) : nic.address();
                    text.append(
                            shown(call, 2 + i, link, "", address, asks ? 24 : nic.prefix())
                                    .replace("mtu 1500", "mtu " + links.mtu(pid, "eth" + i)));
                    nic.gateway()
                            .filter(_ -> call.has("route"))
                            .ifPresent(g -> text.append("default via %s dev eth0 \n".formatted(g)));
                }
                return prints(text.toString());
            }
        }
        return fails(1, "nsenter: cannot open %s\n".formatted(call.words().getFirst()));
    }

    /** Whether systemd in a container has been told to. */
    private boolean asksDhcp(MachineSpec.Guest guest) {
        return guest instanceof MachineSpec.Container container
                && host.run(
                                Command.of(
                                        "cat",
                                        container.root()
                                                + "/etc/systemd/system/multi-user.target.d/kubelab-lan.conf"))
                        .out()
                        .contains("Wants=systemd-networkd.service")
                && host.run(
                                Command.of(
                                        "cat",
                                        container.root()
                                                + "/etc/systemd/network/kubelab-lan.network"))
                        .out()
                        .contains("DHCP=ipv4");
    }

    private List<MachineSpec> runningMachines() {
        return hypervisor.machines().stream()
                .filter(m -> m.running())
                .map(m -> m.asked().orElseThrow())
                .toList();
    }

    private int plug(MachineSpec.Nic nic) {
        return 20
                + runningMachines().stream().flatMap(m -> m.nics().stream()).toList().indexOf(nic);
    }

    /** A line of {@code ip -o link}, {@code ip -o address} or {@code ip route}. */
    private static String shown(
            Program.Call call, int index, String link, String master, String address, int prefix) {
        String plain = link.replaceFirst("@.*", "");
        if (call.has("link")) {
            return "%d: %s: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 %s state UP\n"
                    .formatted(index, link, master);
        } else if (address.isEmpty()) {
            return "";
        } else if (call.has("address")) {
            return "%d: %s    inet %s/%d scope global\n".formatted(index, plain, address, prefix);
        }
        return "%s/%d dev %s proto kernel scope link src %s \n"
                .formatted(address.replaceFirst("\\d+$", "0"), prefix, plain, address);
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
