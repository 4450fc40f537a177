package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.kubelab.cluster.AdminConf;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.document.Documents;
import io.kubelab.document.JsonReader;
import io.kubelab.failure.LabException;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lab's cluster with the rights of a control plane's admin.conf, which stays in memory. Of
 * several control planes any is as good as the others: the first that says that its API server is
 * ready. The API server is asked directly where this machine is the virthost, else through the
 * virthost's session; its certificate names 127.0.0.1, so that TLS is verified either way.
 */
public final class Fabric8Clusters implements Clusters {
    private final Inventory inventory;
    private final Connections connections;
    private final Documents documents;
    private final JsonReader json;
    private final ReentrantLock connecting = new ReentrantLock();
    private final Object lock = new Object();
    private @Nullable Fabric8Cluster cluster;

    /** How often what was known was forgotten. */
    private int forgotten;

    public Fabric8Clusters(
            Inventory inventory, Connections connections, Documents documents, JsonReader json) {
        this.inventory = inventory;
        this.connections = connections;
        this.documents = documents;
        this.json = json;
    }

    @Override
    public Optional<ClusterClient> cluster() {
        return connected().map(c -> c);
    }

    private Optional<Fabric8Cluster> connected() {
        connecting.lock();
        try {
            while (true) {
                int before;
                synchronized (lock) {
                    if (cluster != null) {
                        return Optional.of(cluster);
                    }
                    before = forgotten;
                }
                Optional<Fabric8Cluster> made = access().map(this::connect);
                synchronized (lock) {
                    if (before == forgotten) {
                        cluster = made.orElse(null);
                        return made;
                    }
                }
                made.ifPresent(Fabric8Cluster::close);
            }
        } finally {
            connecting.unlock();
        }
    }

    /** The first hello takes longer than all others together. */
    public static void rehearse() {
        ClosingHttpClients.rehearse();
    }

    @Override
    public void approach() {
        try {
            connected().ifPresent(Fabric8Cluster::approach);
        } catch (LabException e) {
            // whoever needs it will be told
        }
    }

    /**
     * The way in, at an address that leads to the API server as long as the connections live; empty
     * if there is no cluster.
     */
    public Optional<AdminConf> access() {
        return adminConf().map(conf -> conf.at(reachable(conf.server())));
    }

    private Optional<AdminConf> adminConf() {
        List<Host> controlPlanes = inventory.controlPlanes();
        if (controlPlanes.size() > 1) {
            return ofSeveral(controlPlanes);
        }
        Host only = inventory.firstControlPlane();
        CommandResult result =
                connections
                        .to(only)
                        .ask(List.of(limited(Command.of("cat", AdminConf.FILE))))
                        .getFirst();
        return result.ok() ? Optional.of(itself(only, parsed(result))) : Optional.empty();
    }

    /** What a control plane says of itself. */
    private sealed interface Answer {
        /** Its API server is ready. */
        record Ready(AdminConf conf) implements Answer {}

        /** It has been one, and may be soon again. */
        record NotReady(AdminConf conf) implements Answer {}

        record IsNone() implements Answer {}

        record Silent(LabException why) implements Answer {}
    }

    /** Those that don't answer are not waited for as soon as one is ready. */
    private Optional<AdminConf> ofSeveral(List<Host> controlPlanes) {
        var answers = new LinkedBlockingQueue<Answer>();
        for (Host host : controlPlanes) {
            var _ = Thread.ofVirtual().start(() -> answers.add(answer(host)));
        }
        Optional<AdminConf> notReady = Optional.empty();
        Optional<LabException> silent = Optional.empty();
        for (var _ : controlPlanes) {
            switch (next(answers)) {
                case Answer.Ready(AdminConf conf) -> {
                    return Optional.of(conf);
                }
                case Answer.NotReady(AdminConf conf) -> notReady = Optional.of(conf);
                case Answer.IsNone() -> {}
                case Answer.Silent(LabException why) -> silent = Optional.of(why);
            }
        }
        if (notReady.isEmpty() && silent.isPresent()) {
            // it may be the one that the cluster is on
            throw silent.get();
        }
        return notReady;
    }

    private static Answer next(BlockingQueue<Answer> answers) {
        try {
            return answers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable(
                    "control planes", "interrupted", "Run the same command again to go on.", e);
        }
    }

    private Answer answer(Host host) {
        try {
            Command ready =
                    Command.of(
                            "curl",
                            "--silent",
                            "--fail",
                            "--max-time",
                            "5",
                            "--cacert",
                            AdminConf.CA,
                            "https://127.0.0.1:%d/readyz".formatted(AdminConf.PORT));
            List<CommandResult> results =
                    connections
                            .to(host)
                            .ask(
                                    List.of(
                                            limited(Command.of("cat", AdminConf.FILE)),
                                            limited(ready)));
            if (!results.getFirst().ok()) {
                return new Answer.IsNone();
            }
            AdminConf conf = itself(host, parsed(results.getFirst()));
            return results.getLast().ok() ? new Answer.Ready(conf) : new Answer.NotReady(conf);
        } catch (LabException e) {
            return new Answer.Silent(e);
        } catch (RuntimeException e) {
            return new Answer.Silent(
                    new Unreachable(
                            host.name(),
                            e.toString(),
                            "Run the same command again; if it says the same, report it.",
                            e));
        }
    }

    /** The name that means several is known to machines of the lab alone. */
    private static AdminConf itself(Host host, AdminConf conf) {
        return host.access() instanceof Host.Access.Ssh ssh
                        && AddressPlan.API_SERVER.equals(conf.server().getHost())
                ? conf.at(URI.create("https://%s:%d".formatted(ssh.address(), AdminConf.PORT)))
                : conf;
    }

    private static Connection.Limited limited(Command command) {
        return new Connection.Limited(command, Duration.ofSeconds(20));
    }

    /** fabric8's own reader would cost a tenth of a second. */
    private AdminConf parsed(CommandResult result) {
        return AdminConf.of(documents.parse(AdminConf.FILE, result.out()).getFirst());
    }

    private Fabric8Cluster connect(AdminConf access) {
        return new Fabric8Cluster(
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(access.server().toString())
                        .withCaCertData(access.ca())
                        .withClientCertData(access.certificate())
                        .withClientKeyData(access.key())
                        .withClientKeyAlgo(access.keyAlgorithm())
                        .withTrustCerts(false)
                        .withDisableHostnameVerification(false)
                        .withConnectionTimeout(5_000)
                        .withRequestTimeout(30_000)
                        .withRequestRetryBackoffInterval(200)
                        .withRequestRetryBackoffLimit(5)
                        .build(),
                json);
    }

    private URI reachable(URI server) {
        Host virthost = inventory.virthost();
        if (virthost.access() instanceof Host.Access.Local) {
            return server;
        }
        int port = connections.to(virthost).forward(server.getHost(), server.getPort());
        return URI.create("https://127.0.0.1:" + port);
    }

    /** Waits for nobody who tries to connect: what he finds is forgotten too. */
    @Override
    public void forget() {
        Fabric8Cluster known;
        synchronized (lock) {
            known = cluster;
            cluster = null;
            forgotten++;
        }
        if (known != null) {
            known.close();
        }
    }

    @Override
    public void close() {
        forget();
    }
}
