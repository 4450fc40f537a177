package io.kubelab.world;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.adapter.openpgp.BouncySigningKeys;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.NoReleases;
import io.kubelab.cases.SampleDiscs;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.engine.Clock;
import io.kubelab.engine.Ports;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.Hypervisors;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One virthost or several, what becomes of them, and a workstation. Time passes only when somebody
 * waits, and then the world moves on by a step.
 */
final class FakeWorld {
    private final Workbench workbench;
    private final Map<String, FakeHost> hosts = new ConcurrentHashMap<>();
    private final Map<String, FakeConnection> connections = new ConcurrentHashMap<>();
    private final FakeRegistry registry = new FakeRegistry();
    private final Map<String, FakeHypervisor> hypervisors = new TreeMap<>();
    private final String first;
    private final Nodes nodes;

    /**
     * @param directory an empty directory of the real machine
     * @param virthost name of the host that has libvirt
     */
    FakeWorld(Path directory, String virthost) {
        this(directory, virthost, Virthost.Distribution.DEBIAN);
    }

    /** On a virthost of another distribution. */
    FakeWorld(Path directory, String virthost, Virthost.Distribution distribution) {
        workbench = new Workbench(directory.resolve("programs"));
        first = virthost;
        nodes = new Nodes(hosts);
        virthost(virthost, distribution);
    }

    /** There is another virthost. */
    FakeWorld with(String virthost) {
        virthost(virthost, Virthost.Distribution.DEBIAN);
        return this;
    }

    private void virthost(String name, Virthost.Distribution distribution) {
        FakeHost host = new FakeHost(name);
        hosts.put(name, host);
        var hypervisor =
                new FakeHypervisor(
                        spec -> nodes.boot(host, spec), machine -> nodes.halt(host, machine));
        hypervisors.put(name, hypervisor);
        Virthost.model(host, hypervisor, distribution);
    }

    /** The host of this name: the virthost, or a machine that runs. */
    FakeHost host(String name) {
        return Optional.ofNullable(hosts.get(name))
                .orElseThrow(() -> new Unreachable(name, "no route to host", "Start it."));
    }

    Nodes nodes() {
        return nodes;
    }

    /** The first virthost's. */
    FakeHypervisor hypervisor() {
        return hypervisor(first);
    }

    FakeHypervisor hypervisor(String virthost) {
        return Objects.requireNonNull(hypervisors.get(virthost));
    }

    /** Everything that was changed, by anybody, in every place but the workstation's files. */
    List<String> changes() {
        var all = new ArrayList<String>();
        hosts.forEach((name, host) -> host.changes().forEach(c -> all.add(name + ": " + c)));
        hypervisors.forEach((name, hypervisor) ->
                hypervisor.changes().forEach(c -> all.add(name + "'s hypervisor: " + c)));
        registry.changes().forEach(c -> all.add("registry: " + c));
        nodes.apiServer().ifPresent(api -> api.changes().forEach(c -> all.add("cluster: " + c)));
        return all;
    }

    /** All that can be told of it now, but for times and the workstation's files. */
    TreeMap<String, String> state() {
        var all = new TreeMap<String, String>();
        hosts.forEach((name, host) ->
                host.state().forEach((what, is) -> all.put(name + ": " + what, is)));
        hypervisors.forEach((name, hypervisor) -> {
            all.put(name + "'s machines", hypervisor.machines().toString());
            all.put(name + "'s networks", hypervisor.networks().toString());
        });
        all.put("registry", registry.toString());
        return all;
    }

    /**
     * @param home where the templates are
     */
    Ports ports(Path home) {
        return new Ports(
                new Doors(),
                new Hypervisors() {
                    @Override
                    public VirtualMachines on(Host virthost) {
                        return hypervisor(virthost.name());
                    }

                    @Override
                    public void close() {}
                },
                new Clusters() {
                    @Override
                    public Optional<ClusterClient> cluster() {
                        return nodes.apiServer().map(ClusterClient.class::cast);
                    }

                    @Override
                    public void forget() {}

                    @Override
                    public void close() {}
                },
                registry,
                new NoReleases(),
                new BouncySigningKeys(),
                new SampleDiscs(),
                new FreemarkerTemplates(home.resolve("templates")),
                new SnakeDocuments());
    }

    Clock clock() {
        return new Clock() {
            private Instant now = Instant.parse("2026-11-23T12:00:00Z");

            @Override
            public synchronized Instant now() {
                return now;
            }

            @Override
            public synchronized void sleep(Duration duration) {
                now = now.plus(duration);
                nodes.pass();
            }
        };
    }

    private final class Doors implements Connections {
        @Override
        public Connection to(Host host) {
            if (host.name().equals(Inventory.WORKSTATION)) {
                return workbench;
            }
            FakeHost there = host(host.name());
            return connections.compute(
                    host.name(),
                    (_, old) ->
                            old != null && old.leadsTo(there) ? old : new FakeConnection(there));
        }

        @Override
        public boolean approach(Host host) {
            try {
                to(host);
                return true;
            } catch (Unreachable e) {
                return false;
            }
        }

        @Override
        public void forget(Host host) {
            connections.remove(host.name());
        }

        @Override
        public void close() {}
    }
}
