package io.kubelab.adapter.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.NotServing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a refusal is worth, at every moment of an API server's start: a real one ({@link
 * Fabric8ClusterIT}) is seldom met at the right one.
 */
final class RefusalsTest {
    private final AtomicInteger refusals = new AtomicInteger();
    private int code = 403;
    private boolean ready;
    private HttpServer server;
    private Fabric8Cluster cluster;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/api/v1",
                exchange ->
                        answer(
                                exchange,
                                200,
                                """
                                {"resources": [{"name": "nodes", "kind": "Node", "namespaced": false}]}
                                """));
        server.createContext(
                "/api/v1/nodes",
                exchange -> {
                    if (refusals.getAndDecrement() > 0) {
                        answer(
                                exchange,
                                code,
                                """
                                {"kind": "Status", "message": "nodes is forbidden"}
                                """);
                    } else {
                        answer(
                                exchange,
                                200,
                                """
                                {"metadata": {"resourceVersion": "1"}, "items": [{"kind": "Node"}]}
                                """);
                    }
                });
        server.createContext("/readyz", exchange -> answer(exchange, ready ? 200 : 403, "{}"));
        server.start();
        cluster =
                new Fabric8Cluster(
                        new ConfigBuilder(Config.empty())
                                .withCaCertData(anyAuthority())
                                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                                .withRequestRetryBackoffLimit(0)
                                .build(),
                        new JsonNodes());
    }

    @AfterEach
    void stop() {
        cluster.close();
        server.stop(0);
    }

    /** It is asked in clear, but nobody is trusted by default. */
    private static String anyAuthority() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        byte[] authority =
                ((X509TrustManager) factory.getTrustManagers()[0])
                        .getAcceptedIssuers()[0].getEncoded();
        return Base64.getEncoder().encodeToString(authority);
    }

    private static void answer(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Test
    void ofAServerThatIsNotReadySaysNothing() {
        refusals.set(1);
        assertThatThrownBy(() -> cluster.list("v1", "Node", ""))
                .isInstanceOf(NotServing.class)
                .hasMessageContaining("nodes is forbidden");
        assertThat(cluster.list("v1", "Node", "")).hasSize(1);
    }

    @Test
    void andNoMoreDoItsOwnErrors() {
        code = 500;
        refusals.set(1);
        assertThatThrownBy(() -> cluster.list("v1", "Node", "")).isInstanceOf(NotServing.class);
    }

    @Test
    void ofAServerThatHasBecomeReadyMeanwhileIsForgotten() {
        ready = true;
        refusals.set(1);
        assertThat(cluster.list("v1", "Node", "")).hasSize(1);
    }

    @Test
    void ofAServerThatIsReadyStands() {
        ready = true;
        refusals.set(Integer.MAX_VALUE);
        assertThatThrownBy(() -> cluster.list("v1", "Node", ""))
                .isInstanceOf(ClusterFailed.class)
                .hasMessageContaining("nodes is forbidden");
    }

    @Test
    void ofTheRequestItselfStandsWhateverTheServerIs() {
        code = 422;
        refusals.set(1);
        assertThatThrownBy(() -> cluster.list("v1", "Node", "")).isInstanceOf(ClusterFailed.class);
    }
}
