package io.kubelab.world;

import io.kubelab.failure.MachineFailed;
import io.kubelab.machines.MachineSpec;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machines of the lab, as hosts, from their start to their end; and the cluster they form. */
final class Nodes {
    private static final Pattern LOG = Pattern.compile("/var/log/[a-z-]+\\.log");
    private static final Pattern ASKS_DHCP =
            Pattern.compile("macaddress: \"([^\"]*)\"\\}\n[^\n]*\n *dhcp4: true");
    private static final String HANDED_OVER = "handed over to systemd";

    private final Map<String, FakeHost> hosts;
    private Optional<FakeApiServer> apiServer = Optional.empty();

    Nodes(Map<String, FakeHost> hosts) {
        this.hosts = hosts;
    }

    /** Empty until a control plane was initialised. */
    synchronized Optional<FakeApiServer> apiServer() {
        return apiServer;
    }

    void boot(FakeHost virthost, MachineSpec spec) {
        FakeHost node =
                switch (spec.guest()) {
                    case MachineSpec.Container container -> boot(virthost, spec.name(), container);
                    case MachineSpec.VirtualMachine vm -> boot(virthost, spec.name(), vm);
                };
        node.put("/run/systemd/system", new Item.Directory("755", "root:root"));
        if (node.at("/etc/os-release").isEmpty()) {
            node.put("/etc/os-release", new Content.Text("ID=debian\n"), FileAttributes.PUBLIC);
        }
        hosts.put(spec.name(), node);
    }

    /** A container begins with what its root directory on the virthost holds. */
    private FakeHost boot(FakeHost virthost, String name, MachineSpec.Container container) {
        String root = container.root();
        handOver(virthost, root + container.init(), root);
        var node = new FakeHost(name);
        for (String path : virthost.tree(root)) {
            String inside = path.substring(root.length());
            if (!inside.isEmpty()) {
                node.put(inside, virthost.at(path).orElseThrow());
            }
        }
        virthost.put(
                status(name),
                new Content.Text(
                        "<domstatus>\n  <init pid='%d'/>\n</domstatus>\n"
                                .formatted(5000 + Math.floorMod(name.hashCode(), 1000))),
                FileAttributes.PRIVATE);
        return node;
    }

    /**
     * A virtual machine begins with what is on the image that its disk is a clone of, and only if
     * that has a kernel; its seed makes it who it is.
     */
    private FakeHost boot(FakeHost virthost, String name, MachineSpec.VirtualMachine vm) {
        var node = new FakeHost(name);
        String image = Disks.base(virthost, vm.disk()).orElseThrow();
        if (virthost.at(image).orElseThrow()
                instanceof Item.RegularFile(Content.Artifact(var archive, _), _, _, _)) {
            Virthost.unpack(archive.toString(), node, "");
        } else if (image.contains("CentOS-Stream")) {
            node.put("/boot/vmlinuz-6.12.0-124.el10.x86_64", Content.NONE, FileAttributes.PUBLIC);
            FedoraGuest.model(node);
        }
        if (node.tree("/boot").stream().noneMatch(path -> path.contains("vmlinuz"))) {
            throw new MachineFailed(name, "no kernel on " + image, "Make another image.");
        }
        if (!(virthost.at(vm.seed()).orElseThrow()
                        instanceof Item.RegularFile(Content.SecretBytes seed, _, _, _))
                || !new String(seed.bytes(), StandardCharsets.UTF_8)
                        .contains("hostname: \"%s\"".formatted(name))) {
            throw new MachineFailed(name, "no seed of its own", "Make one.");
        }
        String text = new String(seed.bytes(), StandardCharsets.UTF_8);
        Matcher asks = ASKS_DHCP.matcher(text);
        if (asks.find()) {
            virthost.put(
                    vm.console(),
                    new Content.Text(
                            "ci-info: | eth0 | True | %s | 255.255.255.0 | global | %s |\r\n"
                                    .formatted(lease(asks.group(1)), asks.group(1))),
                    FileAttributes.PRIVATE);
        }
        return node;
    }

    /** What the LAN's DHCP server gives. */
    static String lease(String mac) {
        return "192.168.1." + (20 + Integer.parseInt(mac.substring(15), 16) / 2);
    }

    /** Where libvirt keeps what it knows of a container that runs. */
    private static String status(String machine) {
        return "/run/libvirt/lxc/" + machine + ".xml";
    }

    /** The machine's init says its last words in the log that it names. */
    private void handOver(FakeHost virthost, String init, String root) {
        String script = virthost.run(Command.of("cat", init)).out();
        Matcher log = LOG.matcher(script);
        if (log.find() && script.contains(HANDED_OVER)) {
            virthost.put(
                    root + log.group(),
                    new Content.Text(HANDED_OVER + "\n"),
                    FileAttributes.PUBLIC);
        }
    }

    void halt(FakeHost virthost, String name) {
        hosts.remove(name);
        virthost.remove(status(name));
    }

    /** Everybody who acts by himself does so, by one step. */
    void pass() {
        apiServer().ifPresent(api -> api.awaitChange("", "", "", java.time.Duration.ZERO));
    }
}
