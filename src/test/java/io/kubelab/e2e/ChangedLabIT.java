package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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
 * A lab that changes: machines come and go, networks get other addresses, the cluster is taken down
 * and made again, the virthost and the nodes restart.
 */
@Tag("cluster")
@Tag("daily")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ChangedLabIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final List<String> TWO = List.of("kube-node-1");
    private static final List<String> THREE = List.of("kube-node-1", "kube-node-2");

    /** Two replicas that prefer the node that is to go, of which one has to be ready. */
    private static final String EVERYWHERE =
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: everywhere}
            spec:
              selector: {matchLabels: {app: everywhere}}
              template:
                metadata:
                  labels: {app: everywhere}
                  annotations: {networks: '[ { "name": "macvlan-conf" } ]'}
                spec:
                  tolerations: [{operator: Exists}]
                  containers: [{name: c, image: dougbtv/centos-network, command: [sleep, "3600"]}]
            """;

    private static final String MOVING =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: moving}
            spec:
              replicas: 2
              selector: {matchLabels: {app: moving}}
              template:
                metadata: {labels: {app: moving}}
                spec:
                  terminationGracePeriodSeconds: 1
                  affinity:
                    nodeAffinity:
                      preferredDuringSchedulingIgnoredDuringExecution:
                      - weight: 100
                        preference:
                          matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [kube-node-2]}]
                  containers:
                  - name: moving
                    image: dougbtv/centos-network
                    command: [sh, -c, 'sleep 8; touch /tmp/ready; sleep 1000000']
                    readinessProbe: {exec: {command: [test, -e, /tmp/ready]}, periodSeconds: 1}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: moving}
            spec:
              minAvailable: 1
              selector: {matchLabels: {app: moving}}
            """;

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aLab() {
        user.mayUse(virthost);
        before = virthost.traces();
        lab(TWO, 200, 216);
        user.kubelab(COLD, "up -i inventory/there.inventory -e mine.yml").succeeds();
        articlesPods();
        master("kubectl create namespace mine");
        master("kubectl create configmap mine --from-literal=a=b");
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                on("kube-master", "kubectl get pods,nodes -A -o wide; kubectl get events -A");
            }
            assertThat(user.trappedCalls()).as("programs that kubelab must not start").isEmpty();
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void aMachineIsAddedAndNothingElseChanges() {
        String pods = pods();
        lab(THREE, 200, 216);
        Ran up = user.kubelab(COLD, "up --output json").succeeds();
        assertThat(changes(up).filter(c -> !c.startsWith("kube-node-2: ")))
                .containsExactlyInAnyOrder(
                        "localhost: the lab's known_hosts file holds its machines' keys",
                        "localhost: inventory/vms.local.generated lists the machines",
                        "the_virthost: the lab has a network",
                        "kube-master: the machine has the files that it boots with",
                        "kube-node-1: the machine has the files that it boots with",
                        "kube-node-1: the node has its own addresses of the network macvlan-conf");
        noAddressIsGivenTwice();
        assertThat(master("kubectl get nodes --no-headers").lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).containsPattern("kube-\\S+ +Ready "));
        assertThat(pods()).isEqualTo(pods);
        nothingIsLeftToDo();
    }

    /** host-local, which hands them out, knows nothing of other nodes. */
    private void noAddressIsGivenTwice() {
        apply(EVERYWHERE);
        master("kubectl rollout status daemonset/everywhere --timeout=5m");
        assertThat(
                        master(
                                        "kubectl get pods -l app=everywhere -o jsonpath='{range .items[*]}{.status.podIP}{\"\\n\"}{end}'")
                                .lines()
                                .filter(ip -> !ip.isBlank()))
                .hasSize(3)
                .doesNotHaveDuplicates()
                .allSatisfy(ip -> assertThat(ip).startsWith("192.168.170.2"));
        master("kubectl delete daemonset everywhere");
    }

    @Test
    @Order(2)
    void oneThatIsNoLongerNamedIsToldAndLeftAlone() {
        apply(MOVING);
        master("kubectl rollout status deployment/moving --timeout=5m");
        assertThat(placesOf("moving")).containsOnly("kube-node-2");
        lab(TWO, 200, 216);
        Ran up = user.kubelab(COLD, "up").succeeds();
        assertThat(up.err()).contains("no longer wanted and left alone: kube-node-2;", "--prune");
        assertThat(master("kubectl get node kube-node-2 --no-headers")).contains(" Ready ");
        assertThat(placesOf("moving")).containsOnly("kube-node-2");
    }

    @Test
    @Order(3)
    void itIsDrainedAndRemovedOnWish() {
        String others = pods();
        user.kubelab(COLD, "up --prune").succeeds();
        assertThat(master("kubectl get nodes -o name")).doesNotContain("kube-node-2");
        assertThat(placesOf("moving")).hasSize(2).containsOnly("kube-node-1");
        theSecondCameWhenTheFirstWasReady();
        assertThat(pods()).isEqualTo(others);
        assertThat(virthost.traces().stream().filter(t -> t.contains("kube-node-2"))).isEmpty();
        assertThat(
                        virthost.inside(
                                        "sh",
                                        "-c",
                                        "grep -rls kube-node-2 /etc/libvirt /run/libvirt /var/lib/libvirt /var/lib/kubelab/labs/*/machines/*/upper/etc/hosts")
                                .out())
                .isEmpty();
        master("kubectl delete deployment,pdb moving");
        nothingIsLeftToDo();
    }

    @Test
    @Order(4)
    void networksFollowTheirSettingsAndPodsOfEarlierAreNamed() {
        String pods = pods();
        lab(TWO, 220, 230);
        Ran install = user.kubelab(COLD, "kube-install --output json").succeeds();
        assertThat(changes(install))
                .containsExactlyInAnyOrder(
                        "kube-master: pods can ask for the network macvlan-conf",
                        "kube-master: the node has its own addresses of the network macvlan-conf",
                        "kube-node-1: the node has its own addresses of the network macvlan-conf");
        assertThat(notices(install))
                .anyMatch(notice ->
                        notice.contains("macvlan-conf changed at ")
                                && notice.contains("default/bothpod, default/macvlanpod;"));
        assertThat(master("kubectl get -o yaml network macvlan-conf"))
                .contains("192.168.170.220", "192.168.170.230")
                .doesNotContain("192.168.170.200");
        assertThat(
                        user.kubelab(
                                        COLD,
                                        "ssh kube-node-1 -- cat /etc/cni/multus/net.d/macvlan-conf.conf")
                                .succeeds()
                                .out())
                .contains("192.168.170.220", "192.168.170.229")
                .doesNotContain("192.168.170.200");
        assertThat(pods()).isEqualTo(pods);
        master("kubectl delete pod --now macvlanpod bothpod flannelpod");
        articlesPods();
        for (String pod : List.of("macvlanpod", "bothpod")) {
            assertThat(master("kubectl exec %s -- ip -4 addr show eth0".formatted(pod)))
                    .containsPattern("inet 192\\.168\\.170\\.2(2\\d|30)/24");
        }
        Ran second = user.kubelab(COLD, "kube-install --output json").succeeds();
        assertThat(changes(second)).isEmpty();
        assertThat(notices(second)).isEmpty();
    }

    @Test
    @Order(5)
    void afterARebootOfTheVirthostUpBringsTheSameClusterBack() {
        String same = identities();
        virthost.reboot();
        user.kubelab(COLD, "up").succeeds();
        assertThat(identities()).isEqualTo(same);
        podsRun();
        nothingIsLeftToDo();
    }

    @Test
    @Order(6)
    void aNodeRestartsAndTheClusterIsWholeAgainByItself() {
        String same = identities();
        for (String node : List.of("kube-node-1", "kube-master")) {
            String boot = bootOf(node);
            on(node, "sudo systemctl reboot");
            await(
                    node + " to restart",
                    () -> !bootOf(node).isEmpty() && !bootOf(node).equals(boot));
            podsRun();
            assertThat(identities()).isEqualTo(same);
        }
        nothingIsLeftToDo();
    }

    @Test
    @Order(7)
    void theClusterIsTakenDownAndMadeAgain() {
        user.kubelab(PATIENCE, "kube-teardown").succeeds();
        user.kubelab(COLD, "kube-install").succeeds();
        articlesPods();
        nothingIsLeftToDo();
    }

    @Test
    @Order(8)
    void theSameAfterFailuresHalfWay() {
        for (String place :
                List.of("kubeadm reset", "remove /etc/kubernetes", "remove /var/lib/cni")) {
            killed("kube-teardown", doing("kube-node-1", place));
            user.kubelab(COLD, "kube-install").succeeds();
            articlesPods();
        }
        killed("kube-teardown", doing("kube-master", "remove /etc/kubernetes"));
        killed("kube-install", doing("kube-master", "kubeadm init"));
        user.kubelab(COLD, "kube-install").succeeds();
        articlesPods();
        nothingIsLeftToDo();
    }

    @Test
    @Order(9)
    void machinesGetASecondNetwork() {
        lab(TWO, 200, 216, "network_type: 2nics");
        Ran up = user.kubelab(COLD, "up --output json").succeeds();
        assertThat(changes(up))
                .contains(
                        "the_virthost: the lab has a second network",
                        "kube-master: the machine is defined",
                        "kube-node-1: the machine is defined");
        nothingIsLeftToDo();
        assertThat(on("kube-node-1", "ip -4 -o address show dev eth1").succeeds().out())
                .contains(" 10.1.1.11/24 ");
        for (int last : List.of(10, 11)) {
            String other = last == 10 ? "kube-node-1" : "kube-master";
            pings(virthost.inMachine(other, "ping -c 3 -I eth1 10.1.1." + last));
        }
        assertThat(virthost.inside("ip", "route", "get", "10.1.1.11").out())
                .as("the virthost is not in it")
                .doesNotContain("klab");
    }

    /** Each node hands out addresses of its own: the pods' are on two. */
    @Test
    @Order(10)
    void podsOfTwoNodesMeetThereByMacvlan() {
        apply(pod("east", "kube-master", "10.1.1.200") + pod("west", "kube-node-1", "10.1.1.201"));
        master("kubectl wait --for=condition=Ready pod/east pod/west --timeout=120s");
        pings(on("kube-master", "kubectl exec east -- ping -c 3 -I net1 10.1.1.201"));
        assertThat(Interfaces.in(master("kubectl exec west -- ip a")))
                .contains("net1 10.1.1.201/24");
        master("kubectl delete --now pod/east pod/west");
        master("kubectl delete net-attach-def east west");
    }

    private static String pod(String name, String node, String address) {
        return """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: NAME}
        spec:
          config: '{"cniVersion": "0.3.1", "type": "macvlan", "master": "eth1", "mode": "bridge", "ipam": {"type": "static", "addresses": [{"address": "ADDRESS/24"}]}}'
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: NAME
          annotations: {k8s.v1.cni.cncf.io/networks: default/NAME}
        spec:
          nodeName: NODE
          containers: [{name: c, image: dougbtv/centos-network, command: [sleep, "3600"]}]
        ---
        """
                .replace("NAME", name)
                .replace("NODE", node)
                .replace("ADDRESS", address);
    }

    @Test
    @Order(11)
    void whatIsUndoneOfTheSecondNetworkIsMended() {
        String same = bootOf("kube-node-1");
        virthost.inside(
                        "sh",
                        "-c",
                        "virsh -q -c lxc:///system net-destroy kubelab-the_virthost+eth1")
                .succeeds();
        virthost.inMachine("kube-node-1", "ip address flush dev eth1").succeeds();
        Ran up = user.kubelab(COLD, "up --output json").succeeds();
        assertThat(changes(up))
                .containsExactlyInAnyOrder(
                        "the_virthost: the lab has a second network",
                        "kube-master: the machine is on the lab's network",
                        "kube-node-1: the machine is on the lab's network");
        nothingIsLeftToDo();
        pings(virthost.inMachine("kube-node-1", "ping -c 3 -I eth1 10.1.1.10"));
        assertThat(bootOf("kube-node-1")).as("no machine starts anew").isEqualTo(same);

        virthost.inMachine("kube-node-1", "ip link del eth1").succeeds();
        user.kubelab(COLD, "up").succeeds();
        nothingIsLeftToDo();
        pings(virthost.inMachine("kube-node-1", "ping -c 3 -I eth1 10.1.1.10"));
        podsRun();
    }

    @Test
    @Order(12)
    void theyHaveOneAgainWhenNobodyAsksForTwo() {
        lab(TWO, 200, 216);
        user.kubelab(COLD, "up").succeeds();
        nothingIsLeftToDo();
        assertThat(virthost.inMachine("kube-node-1", "ip -o link").out())
                .doesNotContainPattern(": eth1[@:]");
        assertThat(virthost.traces())
                .noneMatch(t -> t.contains("+eth1"))
                .noneMatch(t -> t.matches("interface klab\\w+-2.*"));
        lab(TWO, 200, 216, "network_type: 2nics");
        user.kubelab(COLD, "up").succeeds();
    }

    private static void pings(Ran ping) {
        assertThat(ping.succeeds().out()).contains(" 0% packet loss");
    }

    @Test
    @Order(20)
    void downLeavesNothing() {
        user.kubelab(PATIENCE, "down").succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
    }

    /** What the user's file says. */
    private void lab(List<String> workers, int rangeStart, int rangeEnd, String... others) {
        var machines = new StringBuilder();
        workers.forEach(w -> machines.append("- {name: %s, node_type: nodes}%n".formatted(w)));
        user.write(
                user.checkout().resolve("mine.yml"),
                """
                virtual_machines:
                - {name: kube-master, node_type: master}
                %smultus_ipam_rangeStart: 192.168.170.%d
                multus_ipam_rangeEnd: 192.168.170.%d
                %s
                """
                        .formatted(machines, rangeStart, rangeEnd, String.join("\n", others)));
    }

    private void articlesPods() {
        for (String pod : List.of("flannel", "macvlan", "both")) {
            user.kubelab(
                            MINUTE,
                            "ssh kube-master -- kubectl apply -f - < inventory/examples/article/%s.pod.yaml"
                                    .formatted(pod))
                    .succeeds();
        }
        podsRun();
    }

    /** A node that restarts may be taken for ready until its kubelet is back. */
    private void podsRun() {
        await(
                "all pods to run",
                () ->
                        on(
                                                "kube-master",
                                                "kubectl wait --for=condition=Ready pod --all -A --timeout=60s"
                                                        + " && for pod in flannelpod macvlanpod bothpod; do"
                                                        + " kubectl exec $pod -- ip -4 addr show eth0 | grep inet || exit; done")
                                        .exit()
                                == 0);
    }

    private void apply(String manifest) {
        user.write(user.checkout().resolve("manifest.yml"), manifest);
        user.kubelab(MINUTE, "ssh kube-master -- kubectl apply -f - < manifest.yml").succeeds();
    }

    /** Who the article's pods are, and how often they were started anew. */
    private String pods() {
        return master(
                "kubectl get pods flannelpod macvlanpod bothpod --no-headers -o custom-columns=UID:.metadata.uid,RESTARTS:.status.containerStatuses[*].restartCount");
    }

    /** What would differ in another cluster. */
    private String identities() {
        return master(
                "kubectl get nodes,namespaces,pods,configmaps --no-headers -o custom-columns=KIND:.kind,NAME:.metadata.name,UID:.metadata.uid");
    }

    private List<String> placesOf(String app) {
        return master(
                        "kubectl get pods -l app=%s --no-headers -o custom-columns=NODE:.spec.nodeName"
                                .formatted(app))
                .lines()
                .toList();
    }

    private void theSecondCameWhenTheFirstWasReady() {
        List<Node> moved =
                new SnakeDocuments()
                        .parse("pods", master("kubectl get pods -l app=moving -o json"))
                        .getFirst()
                        .list("items");
        List<Instant> created =
                moved.stream()
                        .flatMap(p -> p.text("metadata", "creationTimestamp").stream())
                        .map(Instant::parse)
                        .sorted()
                        .toList();
        Instant ready =
                moved.stream()
                        .flatMap(p -> p.list("status", "conditions").stream())
                        .filter(c -> c.text("type").filter("Ready"::equals).isPresent())
                        .flatMap(c -> c.text("lastTransitionTime").stream())
                        .map(Instant::parse)
                        .sorted()
                        .findFirst()
                        .orElseThrow();
        assertThat(created.getLast()).isAfterOrEqualTo(ready);
    }

    /** When systemd came up, in the virthost's clock; empty as long as nobody answers there. */
    private String bootOf(String node) {
        Ran ran = on(node, "systemctl show --property UserspaceTimestampMonotonic --value");
        return ran.exit() == 0 ? ran.text() : "";
    }

    private void nothingIsLeftToDo() {
        assertThat(changes(user.kubelab(COLD, "up --output json").succeeds())).isEmpty();
    }

    private void killed(String command, Predicate<String> when) {
        try (Started run = user.starts(command + " --output json")) {
            assertThat(run.await(when, COLD)).as("%s", run.text()).isNotEmpty();
            pause(Duration.ofMillis(500));
            run.kill();
        }
    }

    private static Predicate<String> doing(String host, String change) {
        return line ->
                line.contains("\"step_progress\"")
                        && line.contains("\"host\":\"%s\"".formatted(host))
                        && line.contains(change);
    }

    /** "host: step" of a run with {@code --output json}. */
    private static Stream<String> changes(Ran ran) {
        return events(ran, "step_done")
                .filter(e -> e.text("outcome").filter("changed"::equals).isPresent())
                .map(e -> "%s: %s".formatted(e.text("host").orElse(""), e.text("step").orElse("")));
    }

    private static List<String> notices(Ran ran) {
        return events(ran, "noticed").flatMap(e -> e.text("notice").stream()).toList();
    }

    private static Stream<Node> events(Ran ran, String event) {
        var documents = new SnakeDocuments();
        return ran.out()
                .lines()
                .filter(line -> line.startsWith("{\"event\":\"" + event + "\""))
                .map(line -> documents.parse("event", line).getFirst());
    }

    private static void await(String what, BooleanSupplier happened) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!happened.getAsBoolean()) {
            assertThat(Instant.now()).as("waiting for %s", what).isBefore(until);
            pause(Duration.ofSeconds(1));
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String master(String command) {
        return on("kube-master", command).succeeds().out();
    }

    private Ran on(String machine, String command) {
        return user.ssh(Duration.ofMinutes(3), machine, command);
    }
}
