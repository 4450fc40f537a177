package io.kubelab.world;

import io.kubelab.machines.MachineSpec;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machines of the lab, as hosts, from their start to their end; and the cluster they form. */
final class Nodes {
    private static final Pattern LOG = Pattern.compile("/var/log/[a-z-]+\\.log");
    private static final String HANDED_OVER = "handed over to systemd";

    private final FakeHost virthost;
    private final Map<String, FakeHost> hosts;
    private Optional<FakeApiServer> apiServer = Optional.empty();

    Nodes(FakeHost virthost, Map<String, FakeHost> hosts) {
        this.virthost = virthost;
        this.hosts = hosts;
    }

    /** Empty until a control plane was initialised. */
    synchronized Optional<FakeApiServer> apiServer() {
        return apiServer;
    }

    /** A machine begins with what its root directory on the virthost holds. */
    void boot(MachineSpec spec) {
        handOver(spec.root() + spec.init(), spec.root());
        var node = new FakeHost(spec.name());
        for (String path : virthost.tree(spec.root())) {
            String inside = path.substring(spec.root().length());
            if (!inside.isEmpty()) {
                node.put(inside, virthost.at(path).orElseThrow());
            }
        }
        node.put("/run/systemd/system", new Item.Directory("755", "root:root"));
        hosts.put(spec.name(), node);
        virthost.put(
                status(spec.name()),
                new Content.Text(
                        "<domstatus>\n  <init pid='%d'/>\n</domstatus>\n"
                                .formatted(5000 + Math.floorMod(spec.name().hashCode(), 1000))),
                FileAttributes.PRIVATE);
    }

    /** Where libvirt keeps what it knows of a container that runs. */
    private static String status(String machine) {
        return "/run/libvirt/lxc/" + machine + ".xml";
    }

    /** The machine's init says its last words in the log that it names. */
    private void handOver(String init, String root) {
        String script = virthost.run(Command.of("cat", init)).out();
        Matcher log = LOG.matcher(script);
        if (log.find() && script.contains(HANDED_OVER)) {
            virthost.put(
                    root + log.group(),
                    new Content.Text(HANDED_OVER + "\n"),
                    FileAttributes.PUBLIC);
        }
    }

    void halt(String name) {
        hosts.remove(name);
        virthost.remove(status(name));
    }

    /** Everybody who acts by himself does so, by one step. */
    void pass() {
        apiServer().ifPresent(api -> api.awaitChange("", "", "", java.time.Duration.ZERO));
    }
}
