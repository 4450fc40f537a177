package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three control planes and one worker. The first control plane is lost with all its files: the
 * cluster goes on, and the next run replaces it in the same cluster. So is the load balancer that
 * is added.
 */
@Tag("cluster")
@Tag("daily")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LostControlPlaneIT {
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final String FIRST = "kube-master";
    private static final String SECOND = "kube-master-2";
    private static final List<String> THREE = List.of(FIRST, SECOND, "kube-master-3");
    private static final List<String> TWO = List.of(FIRST, SECOND);

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec:
              containers: [{name: c, image: dougbtv/centos-network, command: [sleep, "100000"]}]
            """;

    private static final String MEMBERS =
            "sudo curl --silent --show-error --fail --cacert /etc/kubernetes/pki/etcd/ca.crt"
                    + " --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt"
                    + " --key /etc/kubernetes/pki/etcd/healthcheck-client.key"
                    + " --data {\\\"linearizable\\\":true} https://127.0.0.1:2379/v3/cluster/member/list";

    /** The machine ends as by a failing power supply, and its disk with it. */
    private static final String LOST =
            """
            virsh -q -c lxc:///system destroy $1
            virsh -q -c lxc:///system undefine $1
            for machine in /var/lib/kubelab/labs/*/machines/$1; do
              while umount -R $machine/root; do :; done 2> /dev/null
              rm -rf --one-file-system $machine || exit
            done
            """;

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private final LabCluster cluster = new LabCluster(user, "", PATIENCE);
    private TreeSet<String> before = new TreeSet<>();
    private String uid = "";
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void threeControlPlanes() {
        user.mayUse(virthost);
        before = virthost.traces();
        lab(THREE, "");
        user.kubelab(COLD, "up -i inventory/there.inventory -e mine.yml").succeeds();
        uid = identity();
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                user.kubelab(PATIENCE, "kubectl get pods,nodes -A -o wide");
                user.kubelab(PATIENCE, "kubectl get events -A");
            }
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void theyAreOneClusterAndNothingIsLeftToDo() {
        assertThat(members(FIRST)).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(cluster.kubectl("get nodes --no-headers").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).containsPattern(" Ready "));
        assertThat(user.kubelab(PATIENCE, "ssh kube-master-3 -- kubectl get nodes").exit())
                .isZero();
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
        assertThat(user.checkout().resolve("inventory/vms.local.generated"))
                .content()
                .contains("[master]\nkube-master\n", "[master_slave]\nkube-master-2");
    }

    @Test
    @Order(2)
    void theClusterGoesOnWithoutTheFirst() {
        virthost.inside(Duration.ofMinutes(1), "sh", "-c", LOST, "sh", FIRST).succeeds();
        assertThat(cluster.kubectl("get nodes -o name")).contains("node/kube-node-1");
        user.write(user.checkout().resolve("pod.yml"), POD.formatted("while-it-is-lost"));
        cluster.kubectl("create -f pod.yml");
        cluster.kubectl("wait --for=condition=Ready pod while-it-is-lost --timeout=3m");
        await(
                "the lost node to be told",
                () -> cluster.kubectl("get node kube-master --no-headers").contains("NotReady"));
        assertThat(cluster.kubectl("get node kube-node-1 --no-headers")).contains(" Ready ");
        Ran status = user.kubelab(PATIENCE, "status");
        assertThat(status.exit()).isEqualTo(10);
        assertThat(status.out()).contains("kube-node-1").containsPattern("kube-master +absent");
        assertThat(cluster.kubectl("get pod while-it-is-lost -o name"))
                .contains("while-it-is-lost");
    }

    @Test
    @Order(3)
    void theNextRunReplacesItInTheSameCluster() {
        Ran up = user.kubelab(COLD, "up --output json").succeeds();
        assertThat(changes(up))
                .contains(
                        "kube-master-2: etcd has no lost members",
                        "kube-master: the machine is a control plane of the cluster")
                .doesNotContain("kube-master: there is a control plane");
        assertThat(identity()).isEqualTo(uid);
        assertThat(members(FIRST)).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(cluster.kubectl("get nodes --no-headers").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).containsPattern(" Ready "));
        assertThat(cluster.kubectl("get pod while-it-is-lost --no-headers")).contains("Running");
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    /** Whom the others had joined through when they were made is one of three like the others. */
    @Test
    @Order(4)
    void soIsAnother() {
        virthost.inside(Duration.ofMinutes(1), "sh", "-c", LOST, "sh", SECOND).succeeds();
        user.kubelab(COLD, "up").succeeds();
        assertThat(identity()).isEqualTo(uid);
        assertThat(members(FIRST)).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    @Test
    @Order(5)
    void oneThatIsNoLongerNamedLeavesOnWish() {
        lab(TWO, "");
        Ran up = user.kubelab(COLD, "up --prune").succeeds();
        assertThat(up.err()).contains("2 control planes stand no loss");
        assertThat(members(FIRST)).containsExactlyInAnyOrderElementsOf(TWO);
        assertThat(cluster.kubectl("get nodes -o name")).doesNotContain("kube-master-3");
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    @Test
    @Order(6)
    void itIsAddedAgainBehindALoadBalancerThatMayBeLostToo() {
        lab(THREE, "- {name: kube-lb, node_type: lb, system_ram_mb: 512}\n");
        user.kubelab(COLD, "up").succeeds();
        assertThat(members(FIRST)).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(
                        user.kubelab(
                                        PATIENCE,
                                        "ssh kube-node-1 -- curl --silent --fail --insecure https://192.168.170.14:6443/readyz")
                                .succeeds()
                                .out())
                .contains("ok");
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
        virthost.inside(Duration.ofMinutes(1), "sh", "-c", LOST, "sh", "kube-lb").succeeds();
        user.kubelab(PATIENCE, "ssh kube-master-2 -- kubectl get nodes").succeeds();
        user.kubelab(COLD, "up").succeeds();
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    @Test
    @Order(7)
    void itIsTakenDownAndMadeAgain() {
        user.kubelab(PATIENCE, "kube-teardown").succeeds();
        assertThat(changes(user.kubelab(PATIENCE, "kube-teardown --output json").succeeds()))
                .isEmpty();
        user.kubelab(COLD, "kube-install").succeeds();
        assertThat(identity()).isNotEqualTo(uid);
        assertThat(members("kube-master-3")).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    @Test
    @Order(20)
    void downLeavesNothing() {
        user.kubelab(PATIENCE, "down").succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
    }

    private void lab(List<String> controlPlanes, String more) {
        user.write(
                user.checkout().resolve("mine.yml"),
                controlPlanes.stream()
                        .map(name ->
                                "- {name: %s, node_type: %s}%n"
                                        .formatted(
                                                name,
                                                name.equals(FIRST) ? "master" : "master_slave"))
                        .collect(
                                Collectors.joining(
                                        "",
                                        "system_default_ram_mb: 1700\nvirtual_machines:\n",
                                        "- {name: kube-node-1, node_type: nodes}\n" + more)));
    }

    /** What would be another's in another cluster. */
    private String identity() {
        return cluster.kubectl("get namespace kube-system -o jsonpath={.metadata.uid}").strip();
    }

    /** Names of etcd's members that have started. */
    private List<String> members(String machine) {
        String listing =
                user.kubelab(PATIENCE, "ssh %s -- '%s'".formatted(machine, MEMBERS))
                        .succeeds()
                        .out();
        return new SnakeDocuments()
                .parse("members", listing.strip()).getFirst().list("members").stream()
                        .map(m -> m.text("name").orElse("(not started)"))
                        .toList();
    }

    private static List<String> changes(Ran ran) {
        return events(ran)
                .filter(e -> e.text("outcome").filter("changed"::equals).isPresent())
                .map(e -> "%s: %s".formatted(e.text("host").orElse(""), e.text("step").orElse("")))
                .toList();
    }

    private static Stream<Node> events(Ran ran) {
        var documents = new SnakeDocuments();
        return ran.out()
                .lines()
                .filter(line -> line.startsWith("{\"event\":\"step_done\""))
                .map(line -> documents.parse("event", line).getFirst());
    }

    private static void await(String what, BooleanSupplier happened) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!happened.getAsBoolean()) {
            assertThat(Instant.now()).as("waiting for %s", what).isBefore(until);
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
