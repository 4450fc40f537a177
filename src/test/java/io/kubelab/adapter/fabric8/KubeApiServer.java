package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.kubelab.adapter.json.JsonNodes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A real kube-apiserver with its etcd on the loopback interface; no nodes, no controllers. */
final class KubeApiServer implements AutoCloseable {
    private static final String PASSWORD = "not-a-secret";

    private final Path directory;
    private final int port;
    private final Administrator administrator;
    private final List<String> apiServer;
    private final List<Process> processes = new ArrayList<>();

    KubeApiServer(Path directory, Path etcd, Path program)
            throws IOException, InterruptedException, GeneralSecurityException {
        this.directory = directory;
        int etcdPort = freePort();
        int peerPort = freePort();
        port = freePort();
        administrator = administrator();
        Path key = Files.writeString(directory.resolve("sa.key"), privateKey());
        start(
                "etcd",
                etcd.toString(),
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--unsafe-no-fsync");
        apiServer =
                List.of(
                        program.toString(),
                        "--etcd-servers=http://127.0.0.1:" + etcdPort,
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + port,
                        "--cert-dir=" + directory.resolve("certificates"),
                        "--client-ca-file=" + directory.resolve("ca.crt"),
                        "--authorization-mode=RBAC",
                        "--service-account-issuer=https://127.0.0.1",
                        "--service-account-key-file=" + key,
                        "--service-account-signing-key-file=" + key,
                        "--service-cluster-ip-range=10.96.0.0/16");
        start("kube-apiserver", apiServer.toArray(String[]::new));
        awaitReady();
    }

    /** Trusts the server's own certificate and nothing else. */
    Config config() throws IOException {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + port)
                .withCaCertData(authority())
                .withClientCertData(administrator.certificate())
                .withClientKeyData(administrator.key())
                .withRequestRetryBackoffLimit(0)
                .build();
    }

    private String authority() throws IOException {
        return base64(Files.readAllBytes(directory.resolve("certificates/apiserver.crt")));
    }

    /** Somebody of the group that may do everything; both are PEM in base64. */
    private record Administrator(String certificate, String key) {}

    /** Somebody whose rights come from the cluster's own rules, as kubeadm's administrator's do. */
    Config configOf(String user) throws Exception {
        Administrator one = signed(user, "CN=" + user);
        return new ConfigBuilder(config())
                .withClientCertData(one.certificate())
                .withClientKeyData(one.key())
                .build();
    }

    /** Ends the API server and starts it anew on the same etcd; does not wait until it is ready. */
    void restart() throws IOException {
        Process old = processes.removeLast();
        old.destroyForcibly().onExit().join();
        start("kube-apiserver", apiServer.toArray(String[]::new));
    }

    private Administrator administrator()
            throws IOException, InterruptedException, GeneralSecurityException {
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
        Files.writeString(
                directory.resolve("ca.crt"),
                pem("CERTIFICATE", keys().getCertificate("ca").getEncoded()));
        return signed("admin", "CN=admin,O=system:masters");
    }

    private Administrator signed(String alias, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-signer",
                "ca",
                "-dname",
                name,
                "-ext",
                "eku=clientAuth");
        KeyStore store = keys();
        return new Administrator(
                base64(
                        pem("CERTIFICATE", store.getCertificate(alias).getEncoded())
                                .getBytes(StandardCharsets.US_ASCII)),
                base64(
                        pem("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded())
                                .getBytes(StandardCharsets.US_ASCII)));
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(directory.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-keystore",
                                directory.resolve("keys.p12").toString(),
                                "-storepass",
                                PASSWORD,
                                "-keyalg",
                                "RSA"));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("keytool.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(log));
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
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
        users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
                .formatted(server, authority(), administrator.certificate(), administrator.key());
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
                try (var cluster = new Fabric8Cluster(config(), new JsonNodes())) {
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
        return pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded());
    }
}
