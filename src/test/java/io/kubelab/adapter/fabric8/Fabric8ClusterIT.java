package io.kubelab.adapter.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cluster.ClusterClient.Standing;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Json;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.Unreachable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter against a real API server, whose defaulting and server-side apply no fake has. */
@Tag("cluster")
class Fabric8ClusterIT {
    @TempDir static Path directory;
    private static KubeApiServer server;
    private static Fabric8Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        server =
                new KubeApiServer(
                        directory,
                        BundledPrograms.path("etcd", "server"),
                        BundledPrograms.path("kubernetes", "kube-apiserver"));
        cluster = new Fabric8Cluster(server.config(), new JsonNodes());
    }

    @AfterAll
    static void stop() {
        cluster.close();
        server.close();
    }

    @Test
    void anObjectIsAbsentThenTheSameThenDiffersInTheFieldThatWeChange() {
        Manifest two = deployment("front", 2);
        assertThat(cluster.compare(List.of(two))).containsExactly(new Standing.Absent());

        cluster.apply(two);

        assertThat(cluster.compare(List.of(two, deployment("front", 3))))
                .containsExactly(
                        new Standing.Same(), new Standing.Differs(List.of("spec.replicas")));
        assertThat(cluster.read(two.ref()).orElseThrow().text("spec", "replicas")).contains("2");
        assertThat(
                        cluster
                                .read(two.ref())
                                .orElseThrow()
                                .list("metadata", "managedFields")
                                .stream()
                                .map(m -> m.text("manager").orElseThrow()))
                .containsExactly("kubelab");
    }

    @Test
    void aFieldOfOursThatIsWantedNoLongerGoes() {
        cluster.apply(manifest("v1", "ConfigMap", "default", "both", "data: {a: '1', b: '2'}\n"));
        Manifest one = manifest("v1", "ConfigMap", "default", "both", "data: {a: '1'}\n");
        assertThat(cluster.compare(List.of(one)))
                .containsExactly(new Standing.Differs(List.of("data.b")));

        cluster.apply(one);

        assertThat(cluster.compare(List.of(one))).containsExactly(new Standing.Same());
    }

    @Test
    void aFieldThatAnotherTookIsTakenBack() throws Exception {
        Manifest wanted = configMap("shared", "ours");
        cluster.apply(wanted);
        try (var other = new KubernetesClientBuilder().withConfig(server.config()).build()) {
            other.configMaps()
                    .inNamespace("default")
                    .withName("shared")
                    .edit(m -> m.toBuilder().withData(Map.of("whose", "theirs")).build());
        }
        assertThat(cluster.compare(List.of(wanted)))
                .containsExactly(new Standing.Differs(List.of("data.whose")));

        cluster.apply(wanted);

        assertThat(cluster.read(wanted.ref()).orElseThrow().text("data", "whose")).contains("ours");
    }

    /** kubectl says "configured" for this kind every time, because of a field with a default. */
    @Test
    void aPolicyIsTheSameAfterItWasApplied() {
        Manifest policy =
                manifest(
                        "admissionregistration.k8s.io/v1",
                        "MutatingAdmissionPolicy",
                        "",
                        "label",
                        """
                        spec:
                          matchConstraints:
                            resourceRules:
                            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                          failurePolicy: Fail
                          reinvocationPolicy: Never
                          mutations:
                          - patchType: JSONPatch
                            jsonPatch:
                              expression: '[JSONPatch{op: "add", path: "/metadata/labels", value: {"a": "b"}}]'
                        """);
        cluster.apply(policy);

        assertThat(cluster.compare(List.of(policy))).containsExactly(new Standing.Same());
    }

    @Test
    void aKindIsServedAfterItsDefinitionWasApplied() throws Exception {
        Manifest object = manifest("lab.test/v1", "Thing", "default", "first", "size: 3\n");
        assertThat(cluster.compare(List.of(object)).getFirst())
                .isInstanceOf(Standing.NotServed.class);
        assertThatThrownBy(() -> cluster.apply(object)).isInstanceOf(ClusterFailed.class);

        cluster.apply(
                manifest(
                        "apiextensions.k8s.io/v1",
                        "CustomResourceDefinition",
                        "",
                        "things.lab.test",
                        """
                        spec:
                          group: lab.test
                          scope: Namespaced
                          names: {plural: things, singular: thing, kind: Thing}
                          versions:
                          - name: v1
                            served: true
                            storage: true
                            schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}
                        """));
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (cluster.compare(List.of(object)).getFirst() instanceof Standing.NotServed
                && System.nanoTime() < deadline) {
            cluster.awaitChange(
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition",
                    "",
                    Duration.ofMillis(200));
        }
        cluster.apply(object);

        assertThat(cluster.compare(List.of(object))).containsExactly(new Standing.Same());
    }

    @Test
    void aMistakeIsRefusedWithTheServersWords() {
        assertThatThrownBy(() ->
                        cluster.apply(
                                manifest("v1", "ConfigMap", "default", "bad", "date: {a: b}\n")))
                .isInstanceOf(ClusterFailed.class)
                .hasMessageContaining("ConfigMap default/bad")
                .hasMessageContaining("date");
    }

    @Test
    void deletionWaitsAndTheAbsentIsInOrder() {
        Manifest gone = configMap("gone", "x");
        cluster.apply(gone);

        cluster.delete(gone.ref());
        cluster.delete(gone.ref());

        assertThat(cluster.read(gone.ref())).isEmpty();
    }

    @Test
    void aChangeSinceTheLastListWakesAtOnce() {
        cluster.list("v1", "ConfigMap", "default");
        cluster.apply(configMap("waker", String.valueOf(System.nanoTime())));
        long start = System.nanoTime();

        cluster.awaitChange("v1", "ConfigMap", "default", Duration.ofSeconds(20));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void nothingHappensUntilTheTimeIsOver() {
        cluster.list("v1", "Pod", "default");
        long start = System.nanoTime();

        cluster.awaitChange("v1", "Pod", "default", Duration.ofMillis(700));

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(700));
    }

    @Test
    void whatAServerThatHasJustStartedRefusesIsNoRefusal() throws Exception {
        cluster.apply(
                manifest(
                        "rbac.authorization.k8s.io/v1",
                        "ClusterRoleBinding",
                        "",
                        "operators",
                        """
                        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: operator}]
                        """));
        try (var operator = new Fabric8Cluster(server.configOf("operator"), new JsonNodes())) {
            for (int round = 0; round < 3; round++) {
                server.restart();
                awaitServing(operator);
            }
            assertThat(operator.list("v1", "Namespace", "")).isNotEmpty();
        }
    }

    /** What it says until then is not that something is forbidden, and that would be thrown. */
    private static void awaitServing(Fabric8Cluster asked) {
        var said = new TreeSet<String>();
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < deadline) {
            try {
                asked.list("v1", "Namespace", "");
                return;
            } catch (NotServing e) {
                said.add(String.valueOf(e.getMessage()));
            }
        }
        throw new AssertionError("it never served: " + said);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotTrusted() throws Exception {
        String another = server.config().getClientCertData();
        var config = new ConfigBuilder(server.config()).withCaCertData(another).build();
        try (var strict = new Fabric8Cluster(config, new JsonNodes())) {
            assertThatThrownBy(() -> strict.list("v1", "Namespace", ""))
                    .isInstanceOf(Unreachable.class);
        }
    }

    private static Manifest deployment(String name, int replicas) {
        return manifest(
                "apps/v1",
                "Deployment",
                "default",
                name,
                """
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: x}}
                  template:
                    metadata: {labels: {app: x}}
                    spec: {containers: [{name: x, image: x, ports: [{containerPort: 80}]}]}
                """
                        .formatted(replicas));
    }

    private static Manifest configMap(String name, String whose) {
        return manifest(
                "v1", "ConfigMap", "default", name, "data: {whose: '%s'}\n".formatted(whose));
    }

    private static Manifest manifest(
            String apiVersion, String kind, String namespace, String name, String body) {
        return new Manifest(
                new ObjectRef(apiVersion, kind, namespace, name),
                json(
                        "apiVersion: %s\nkind: %s\nmetadata: {name: %s%s}\n%s"
                                .formatted(
                                        apiVersion,
                                        kind,
                                        name,
                                        namespace.isEmpty() ? "" : ", namespace: " + namespace,
                                        body)));
    }

    private static String json(String yaml) {
        return Json.text(new SnakeDocuments().parse("manifest", yaml).getFirst());
    }
}
