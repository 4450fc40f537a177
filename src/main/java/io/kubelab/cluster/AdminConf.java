package io.kubelab.cluster;

import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An administrator's way into a cluster, as kubeadm writes it to {@code admin.conf}: one cluster,
 * one user.
 *
 * @param ca certificate that the API server's is signed by; PEM in base64, like the others
 * @param key secret
 */
public record AdminConf(URI server, String ca, String certificate, String key) {
    public static final String FILE = "/etc/kubernetes/admin.conf";

    /** The certificate of the cluster's authority, beside it. */
    public static final String CA = "/etc/kubernetes/pki/ca.crt";

    /** Of every API server. */
    public static final int PORT = 6443;

    /**
     * @throws ClusterFailed if it is not as kubeadm writes it
     */
    public static AdminConf of(Node read) {
        Node cluster = read.at("clusters", "0", "cluster").orElse(read);
        Node user = read.at("users", "0", "user").orElse(read);
        return new AdminConf(
                URI.create(text(cluster, "server")),
                text(cluster, "certificate-authority-data"),
                text(user, "client-certificate-data"),
                text(user, "client-key-data"));
    }

    private static String text(Node node, String key) {
        return node.text(key)
                .orElseThrow(() ->
                        new ClusterFailed(
                                FILE,
                                "there is no " + key + " in it",
                                "It is not as kubeadm writes it; 'kubeadm init phase kubeconfig admin' writes it anew."));
    }

    public AdminConf at(URI address) {
        return new AdminConf(address, ca, certificate, key);
    }

    /**
     * Of the key, by the first line of its PEM: {@code EC} (RFC 5915, {@code encryptionAlgorithm:
     * ECDSA-P256}) or {@code RSA} (RFC 8017, kubeadm's own default).
     */
    public String keyAlgorithm() {
        var pem = new String(Base64.getMimeDecoder().decode(key), StandardCharsets.US_ASCII);
        return pem.startsWith("-----BEGIN EC ") ? "EC" : "RSA";
    }

    /** The key is no text. */
    @Override
    public String toString() {
        return "admin of " + server;
    }
}
