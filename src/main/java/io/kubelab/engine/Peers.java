package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.failure.Unreachable;
import io.kubelab.image.Images;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.release.Releases;
import io.kubelab.release.SigningKeys;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.step.Change;
import io.kubelab.step.Emulated;
import io.kubelab.step.Fact;
import io.kubelab.step.Lab;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Everybody a run talks to, each connected when first needed. */
final class Peers implements Fact.Workstation {
    private final Ports ports;
    private final Lab lab;
    private final Mode mode;

    private final IdentityHashMap<Connection, Used> used = new IdentityHashMap<>();
    private final IdentityHashMap<Connection, Map<String, Integer>> forwards =
            new IdentityHashMap<>();
    private final Set<String> unmade = new HashSet<>();
    private final Map<String, Unreachable> silent = new ConcurrentHashMap<>();
    private final Map<String, Integer> slowness = new ConcurrentHashMap<>();

    private record Used(String host, int roundTripsBefore) {}

    Peers(Ports ports, Lab lab, Mode mode) {
        this.ports = ports;
        this.lab = lab;
        this.mode = mode;
    }

    /**
     * Begins to connect, side by side, to those who will be asked; whoever asks is told of failure.
     *
     * @param reached is told of each who answers, if the virthosts do, by way of which it may be
     *     asked for more
     */
    void approach(Plan plan, Consumer<Host> reached) {
        boolean virthostsAnswer =
                lab.inventory().virthosts().stream().allMatch(ports.connections()::approach);
        for (Host host : plan.places()) {
            var _ =
                    Background.run(() -> {
                        if (ports.connections().approach(host)) {
                            approachBeyond(host, plan);
                            if (virthostsAnswer) {
                                reached.accept(host);
                            }
                        }
                    });
        }
    }

    private void approachBeyond(Host host, Plan plan) {
        if (host.in(Inventory.VIRTHOST)) {
            var _ = Background.runNative(() -> ports.hypervisors().approach(host));
        }
        if (holdsCluster(host) && plan.asksCluster()) {
            var _ = Background.run(ports.clusters()::approach);
        }
    }

    private boolean holdsCluster(Host host) {
        return lab.inventory().controlPlanes().contains(host);
    }

    /** How long an answer may take on a host that may take so long elsewhere. */
    Duration forAnswer(Host host, Duration limit) {
        return limit.multipliedBy(lab.slowness(host));
    }

    /**
     * How long a change may take, or what is waited for.
     *
     * @param host whom it is about
     * @param place is asked whether it is emulated itself, which no setting tells
     */
    Duration forChange(Host host, Host place, Duration limit) {
        int known = lab.slowness(host);
        return limit.multipliedBy(known > 1 ? known : slowness(place));
    }

    /** By its own word. Who does not answer is asked the next time. */
    private int slowness(Host place) {
        if (place.name().equals(Inventory.WORKSTATION)) {
            return 1;
        }
        Integer known = slowness.get(place.name());
        if (known != null) {
            return known;
        }
        var question = new Emulated();
        try {
            boolean emulated =
                    question.parse(
                            connection(place)
                                    .ask(List.of(new Limited(question.command(), question.limit())))
                                    .getFirst());
            slowness.put(place.name(), emulated ? Emulated.SLOWNESS : 1);
            return slowness(place);
        } catch (Unreachable e) {
            return 1;
        }
    }

    Connection connection(Host host) {
        if (isUnmade(host)) {
            throw new Unreachable(
                    host.name(),
                    "it is not running yet",
                    "Run without --preview: the machine is started then.");
        }
        Connection connection = connect(host);
        synchronized (used) {
            used.putIfAbsent(connection, new Used(host.name(), connection.roundTrips()));
        }
        return connection;
    }

    /** Nothing changes in a preview: a host that does not answer is not waited for again. */
    private Connection connect(Host host) {
        if (mode == Mode.APPLY) {
            return ports.connections().to(host);
        }
        Unreachable known = silent.get(host.name());
        if (known != null) {
            throw known;
        }
        try {
            return ports.connections().to(host);
        } catch (Unreachable e) {
            silent.put(host.name(), e);
            throw e;
        }
    }

    /** Those of the virthost that a host is on, or is. */
    VirtualMachines machines(Host host) {
        return ports.hypervisors().on(lab.virthost(host));
    }

    Optional<ClusterClient> cluster() {
        return lab.inventory().controlPlanes().stream().allMatch(this::isUnmade)
                ? Optional.empty()
                : ports.clusters().cluster();
    }

    Releases releases() {
        return ports.releases();
    }

    @Override
    public Images images() {
        return ports.images();
    }

    @Override
    public SigningKeys signingKeys() {
        return ports.signingKeys();
    }

    @Override
    public String throughVirthost(String hostAndPort) {
        Host virthost = lab.inventory().virthost();
        if (virthost.access() instanceof Access.Local) {
            return hostAndPort;
        }
        int colon = hostAndPort.lastIndexOf(':');
        String host = hostAndPort.substring(0, colon);
        int port = Integer.parseInt(hostAndPort.substring(colon + 1));
        Connection connection = connection(virthost);
        synchronized (forwards) {
            return "127.0.0.1:"
                    + forwards.computeIfAbsent(connection, _ -> new HashMap<>())
                            .computeIfAbsent(hostAndPort, _ -> connection.forward(host, port));
        }
    }

    /** What a change that was made cut off or made stale. */
    void changed(Change change, Host place) {
        switch (change) {
            case Change.Reconnect _ -> forget(place);
            case Change.StartMachine(String name) -> forget(name);
            case Change.StopMachine(String name) -> forget(name);
            case Change.UndefineMachine(String name) -> forget(name);
            case Change.ReconnectCluster _ -> ports.clusters().forget();
            case Change _ -> {}
        }
    }

    private void forget(String machine) {
        lab.inventory().find(machine).ifPresent(this::forget);
    }

    private void forget(Host host) {
        ports.connections().forget(host);
        if (holdsCluster(host)) {
            ports.clusters().forget();
        }
    }

    /** In a preview nobody waits for a machine that would have been started. */
    void wouldChange(Change change) {
        if (change instanceof Change.StartMachine(String name)) {
            synchronized (unmade) {
                unmade.add(name);
            }
        }
    }

    private boolean isUnmade(Host host) {
        synchronized (unmade) {
            return unmade.contains(host.name());
        }
    }

    /** Per host name, since this run began. */
    Map<String, Integer> roundTrips() {
        var counts = new TreeMap<String, Integer>();
        synchronized (used) {
            used.forEach((connection, was) ->
                    counts.merge(
                            was.host(),
                            connection.roundTrips() - was.roundTripsBefore(),
                            Integer::sum));
        }
        return counts;
    }
}
