package io.kubelab.world;

import io.kubelab.machines.MachineSpec;
import java.util.Map;
import java.util.Optional;

/** The machines of the lab, as hosts, from their start to their end; and the cluster they form. */
final class Nodes {
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
        var node = new FakeHost(spec.name());
        for (String path : virthost.tree(spec.root())) {
            String inside = path.substring(spec.root().length());
            if (!inside.isEmpty()) {
                node.put(inside, virthost.at(path).orElseThrow());
            }
        }
        hosts.put(spec.name(), node);
    }

    void halt(String name) {
        hosts.remove(name);
    }

    /** Everybody who acts by himself does so, by one step. */
    void pass() {
        apiServer().ifPresent(api -> api.awaitChange("", "", "", java.time.Duration.ZERO));
    }
}
