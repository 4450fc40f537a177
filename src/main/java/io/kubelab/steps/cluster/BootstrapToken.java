package io.kubelab.steps.cluster;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.document.Node;
import io.kubelab.step.Fact;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What lets a node join (Kubernetes: bootstrap tokens). It is printed masked.
 *
 * @param id six characters, public
 * @param secret sixteen characters
 * @param expires empty: never
 */
record BootstrapToken(String id, String secret, Optional<Instant> expires) {
    static final String SECRET_TYPE = "bootstrap.kubernetes.io/token";

    /** Of those that nodes may log in with, the one that holds longest. */
    record OfCluster() implements Fact.OfCluster<Optional<BootstrapToken>> {
        @Override
        public Optional<BootstrapToken> read(Optional<ClusterClient> cluster) {
            return cluster.stream()
                    .flatMap(c -> c.list("v1", "Secret", "kube-system").stream())
                    .filter(s -> s.text("type").filter(SECRET_TYPE::equals).isPresent())
                    .filter(s -> "true".equals(data(s, "usage-bootstrap-authentication")))
                    .map(s ->
                            new BootstrapToken(
                                    data(s, "token-id"),
                                    data(s, "token-secret"),
                                    Optional.of(data(s, "expiration"))
                                            .filter(text -> !text.isEmpty())
                                            .map(Instant::parse)))
                    .max((a, b) ->
                            a.expires()
                                    .orElse(Instant.MAX)
                                    .compareTo(b.expires().orElse(Instant.MAX)));
        }

        private static String data(Node secret, String key) {
            return secret.text("data", key)
                    .map(text ->
                            new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
                    .orElse("");
        }
    }

    boolean holdsUntil(Instant time) {
        return expires.isEmpty() || expires.get().isAfter(time);
    }

    /** As kubeadm takes it. */
    String text() {
        return id + "." + secret;
    }

    @Override
    public String toString() {
        return id + ".***";
    }
}
