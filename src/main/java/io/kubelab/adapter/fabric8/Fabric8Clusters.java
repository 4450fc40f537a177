package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
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
    private static final String ADMIN_CONF = "/etc/kubernetes/admin.conf";

    private final Inventory inventory;
    private final Connections connections;
    private final Documents documents;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Fabric8Cluster cluster;

    public Fabric8Clusters(Inventory inventory, Connections connections, Documents documents) {
        this.inventory = inventory;
        this.connections = connections;
        this.documents = documents;
    }

    @Override
    public Optional<ClusterClient> cluster() {
        lock.lock();
        try {
            if (cluster == null) {
                cluster = adminConf().map(this::connect).orElse(null);
            }
            return Optional.ofNullable(cluster);
        } finally {
            lock.unlock();
        }
    }

    private Optional<String> adminConf() {
        Connection controlPlane = connections.to(inventory.firstControlPlane());
        CommandResult result =
                controlPlane
                        .ask(
                                List.of(
                                        new Connection.Limited(
                                                Command.of("cat", ADMIN_CONF),
                                                Duration.ofSeconds(20))))
                        .getFirst();
        return result.ok() ? Optional.of(result.out()) : Optional.empty();
    }

    /** As kubeadm writes it, with one cluster and one user. */
    private Fabric8Cluster connect(String adminConf) {
        // fabric8's own reader would cost a tenth of a second
        Node read = documents.parse(ADMIN_CONF, adminConf).getFirst();
        Node server = read.at("clusters", "0", "cluster").orElse(read);
        Node user = read.at("users", "0", "user").orElse(read);
        return new Fabric8Cluster(
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(reachable(URI.create(text(server, "server"))))
                        .withCaCertData(text(server, "certificate-authority-data"))
                        .withClientCertData(text(user, "client-certificate-data"))
                        .withClientKeyData(text(user, "client-key-data"))
                        .withTrustCerts(false)
                        .withDisableHostnameVerification(false)
                        .withConnectionTimeout(5_000)
                        .withRequestTimeout(30_000)
                        .withRequestRetryBackoffInterval(200)
                        .withRequestRetryBackoffLimit(5)
                        .build());
    }

    private static String text(Node node, String key) {
        return node.text(key)
                .orElseThrow(() ->
                        new ClusterFailed(
                                ADMIN_CONF,
                                "there is no " + key + " in it",
                                "It is not as kubeadm writes it; 'kubeadm init phase kubeconfig admin' writes it anew."));
    }

    private String reachable(URI server) {
        Host virthost = inventory.virthost();
        if (virthost.access() instanceof Host.Access.Local) {
            return server.toString();
        }
        int port = connections.to(virthost).forward(server.getHost(), server.getPort());
        return "https://127.0.0.1:" + port;
    }

    @Override
    public void forget() {
        lock.lock();
        try {
            if (cluster != null) {
                cluster.close();
                cluster = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        forget();
    }
}
