package io.kubelab.adapter.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the API server is found and reached. */
@Tag("cluster")
class Fabric8ClustersIT {
    @TempDir static Path directory;
    private static KubeApiServer server;

    private final List<String> done = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server =
                new KubeApiServer(
                        directory,
                        BundledPrograms.path("etcd", "server"),
                        BundledPrograms.path("kubernetes", "kube-apiserver"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void behindAVirthostItIsReachedThroughItsSession() throws Exception {
        String adminConf = server.kubeconfig("https://192.0.2.10:6443");
        try (var clusters = clusters(new Access.Ssh("192.0.2.1", 22, "", "", "", ""), adminConf)) {
            assertThat(clusters.cluster().orElseThrow().list("v1", "Namespace", "")).isNotEmpty();
            assertThat(clusters.cluster()).isPresent();
        }
        assertThat(done).containsExactly("master: cat", "virthost: 192.0.2.10:6443");
    }

    @Test
    void besideUsItIsReachedDirectly() throws Exception {
        String adminConf = server.kubeconfig("https://127.0.0.1:" + server.port());
        try (var clusters = clusters(new Access.Local(), adminConf)) {
            assertThat(clusters.cluster().orElseThrow().list("v1", "Namespace", "")).isNotEmpty();
        }
        assertThat(done).containsExactly("master: cat");
    }

    @Test
    void beforeInitThereIsNoneAndAfterwardsThereIs() throws Exception {
        var adminConf = new ArrayList<>(List.of(""));
        try (var clusters =
                new Fabric8Clusters(
                        inventory(new Access.Local()),
                        connections(adminConf),
                        new SnakeDocuments(),
                        new JsonNodes())) {
            assertThat(clusters.cluster()).isEmpty();
            adminConf.set(0, server.kubeconfig("https://127.0.0.1:" + server.port()));
            assertThat(clusters.cluster()).isPresent();
            clusters.forget();
            adminConf.set(0, "");
            assertThat(clusters.cluster()).isEmpty();
        }
    }

    @Test
    void ofSeveralControlPlanesTheOneThatIsReadyIsAsked() throws Exception {
        String ready = server.kubeconfig("https://127.0.0.1:" + server.port());
        try (var clusters = several("silent", "", ready)) {
            assertThat(clusters.cluster().orElseThrow().list("v1", "Namespace", "")).isNotEmpty();
        }
        try (var clusters = several("", "", "")) {
            assertThat(clusters.cluster()).isEmpty();
        }
    }

    @Test
    void nobodySaysThatThereIsNoClusterAsLongAsOneIsSilent() {
        try (var clusters = several("", "silent", "")) {
            assertThatThrownBy(clusters::cluster).isInstanceOf(Unreachable.class);
        }
    }

    /**
     * @param adminConfs what each control plane has; empty: nothing; {@code silent}: it doesn't
     *     answer
     */
    private Fabric8Clusters several(String... adminConfs) {
        var hosts = new ArrayList<Host>();
        hosts.add(new Host("virthost", Set.of(Inventory.VIRTHOST), new Access.Local()));
        hosts.add(new Host("m0", Set.of(Inventory.CONTROL_PLANE), new Access.Local()));
        for (int i = 1; i < adminConfs.length; i++) {
            hosts.add(
                    new Host(
                            "m" + i, Set.of(Inventory.FURTHER_CONTROL_PLANES), new Access.Local()));
        }
        var connections =
                new Connections() {
                    @Override
                    public Connection to(Host host) {
                        String conf = adminConfs[host.name().charAt(1) - '0'];
                        if (conf.equals("silent")) {
                            throw new Unreachable(host.name(), "no route to host", "Start it.");
                        }
                        return answering(conf);
                    }

                    @Override
                    public void forget(Host host) {}

                    @Override
                    public void close() {}
                };
        return new Fabric8Clusters(
                new Inventory(hosts), connections, new SnakeDocuments(), new JsonNodes());
    }

    /** To the questions for admin.conf and for the API server. */
    private Connection answering(String conf) {
        var result = new CommandResult(conf.isEmpty() ? 1 : 0, conf, "");
        return (Connection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, _) -> {
                            assertThat(method.getName()).isEqualTo("ask");
                            return List.of(result, result);
                        });
    }

    /** A machine that is about to be started anew is no reason to wait for the one before. */
    @Test
    @Timeout(20)
    void forgettingWaitsForNobodyWhoConnects() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        String conf = server.kubeconfig("https://127.0.0.1:" + server.port());
        Connections slow =
                new Connections() {
                    @Override
                    public Connection to(Host host) {
                        asked.countDown();
                        try {
                            answer.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return connection(host.name(), List.of(conf));
                    }

                    @Override
                    public void forget(Host host) {}

                    @Override
                    public void close() {}
                };
        try (var clusters =
                new Fabric8Clusters(
                        inventory(new Access.Local()),
                        slow,
                        new SnakeDocuments(),
                        new JsonNodes())) {
            var connecting = CompletableFuture.supplyAsync(clusters::cluster);
            asked.await();
            clusters.forget();
            answer.countDown();
            assertThat(connecting.get()).isPresent();
            assertThat(done).as("what was found before is forgotten").hasSize(2);
        }
    }

    private Fabric8Clusters clusters(Access virthost, String adminConf) {
        return new Fabric8Clusters(
                inventory(virthost),
                connections(List.of(adminConf)),
                new SnakeDocuments(),
                new JsonNodes());
    }

    private static Inventory inventory(Access virthost) {
        return new Inventory(
                List.of(
                        new Host("virthost", Set.of(Inventory.VIRTHOST), virthost),
                        new Host("master", Set.of(Inventory.CONTROL_PLANE), new Access.Local())));
    }

    /**
     * @param adminConf what the control plane has now; empty: nothing
     */
    private Connections connections(List<String> adminConf) {
        return new Connections() {
            @Override
            public Connection to(Host host) {
                return connection(host.name(), adminConf);
            }

            @Override
            public void forget(Host host) {}

            @Override
            public void close() {}
        };
    }

    private Connection connection(String host, List<String> adminConf) {
        return (Connection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "ask" -> {
                                        done.add(host + ": cat");
                                        String text = adminConf.getFirst();
                                        yield List.of(
                                                new CommandResult(
                                                        text.isEmpty() ? 1 : 0, text, ""));
                                    }
                                    case "forward" -> {
                                        done.add(host + ": " + arguments[0] + ":" + arguments[1]);
                                        yield server.port();
                                    }
                                    default -> throw new AssertionError(method);
                                });
    }
}
