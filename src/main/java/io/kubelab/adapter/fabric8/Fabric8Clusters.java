package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.kubelab.cluster.AdminConf;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.document.Documents;
import io.kubelab.document.JsonReader;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lab's cluster with the rights of the first control plane's admin.conf, which stays in memory.
 * The API server is asked directly where this machine is the virthost, else through the virthost's
 * session; its certificate names 127.0.0.1, so that TLS is verified either way.
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
        Connection controlPlane = connections.to(inventory.firstControlPlane());
        CommandResult result =
                controlPlane
                        .ask(
                                List.of(
                                        new Connection.Limited(
                                                Command.of("cat", AdminConf.FILE),
                                                Duration.ofSeconds(20))))
                        .getFirst();
        // fabric8's own reader would cost a tenth of a second
        return result.ok()
                ? Optional.of(
                        AdminConf.of(documents.parse(AdminConf.FILE, result.out()).getFirst()))
                : Optional.empty();
    }

    private Fabric8Cluster connect(AdminConf access) {
        return new Fabric8Cluster(
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(access.server().toString())
                        .withCaCertData(access.ca())
                        .withClientCertData(access.certificate())
                        .withClientKeyData(access.key())
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
