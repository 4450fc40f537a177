package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A real kube-apiserver with its etcd on the loopback interface; no nodes, no controllers. */
final class KubeApiServer implements AutoCloseable {
    private static final String TOKEN = "let-me-in";

    private final Path directory;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    KubeApiServer(Path directory, Path etcd, Path apiServer)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        this.directory = directory;
        int etcdPort = freePort();
        int peerPort = freePort();
        port = freePort();
        Files.writeString(
                directory.resolve("tokens.csv"), TOKEN + ",admin,admin,\"system:masters\"\n");
        Path key = Files.writeString(directory.resolve("sa.key"), privateKey());
        start(
                "etcd",
                etcd.toString(),
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--unsafe-no-fsync");
        start(
                "kube-apiserver",
                apiServer.toString(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + directory.resolve("certificates"),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-account-issuer=https://127.0.0.1",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-cluster-ip-range=10.96.0.0/16");
        awaitReady();
    }

    /** Trusts the server's own certificate and nothing else. */
    Config config() throws IOException {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + port)
                .withOauthToken(TOKEN)
                .withCaCertData(
                        Base64.getEncoder()
                                .encodeToString(
                                        Files.readAllBytes(
                                                directory.resolve("certificates/apiserver.crt"))))
                .withRequestRetryBackoffLimit(0)
                .build();
    }

    int port() {
        return port;
    }

    /** As kubeadm writes it, with the server's address as the given one. */
    String kubeconfig(String server) throws IOException {
        return """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: u, user: {token: %s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
                .formatted(server, config().getCaCertData(), TOKEN);
    }

    @Override
    public void close() {
        // asked politely, a kube-apiserver waits minutes for an etcd that has gone
        processes.reversed().forEach(Process::destroyForcibly);
        processes.forEach(p -> p.onExit().join());
    }

    private void start(String name, String... command) throws IOException {
        processes.add(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".log").toFile())
                        .start());
    }

    /** Readiness is open to all; the certificate is not what is tested here, so it is not asked. */
    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < deadline) {
            if (processes.stream().anyMatch(p -> !p.isAlive())) {
                throw new IOException(Files.readString(directory.resolve("kube-apiserver.log")));
            }
            if (Files.exists(directory.resolve("certificates/apiserver.crt"))) {
                try (var cluster = new Fabric8Cluster(config())) {
                    if (!cluster.list("v1", "Namespace", "").isEmpty()) {
                        return;
                    }
                } catch (RuntimeException _) {
                    // not yet
                }
            }
            Thread.sleep(200);
        }
        throw new IOException(Files.readString(directory.resolve("kube-apiserver.log")));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String privateKey() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
