package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A lab over two virthosts, which reach each other by a cable that the user doesn't know of: its
 * control plane on the one, its worker on the other, and the article's macvlan pods on both.
 */
@Tag("cluster")
@Tag("daily")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SeveralVirthostsIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(40);

    /** One on each node; whoever names the node asks no scheduler. */
    private static final String PODS =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: on-$1
              annotations:
                networks: '[ { "name": "macvlan-conf" }, { "name": "flannel-conf" } ]'
            spec:
              nodeName: $1
              containers:
              - name: shell
                command: ["/bin/bash", "-c", "sleep 2000000000000"]
                image: dougbtv/centos-network
            """;

    private final TwoVirthosts virthosts = new TwoVirthosts("");
    private final Workstation user = virthosts.user();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                on("kube-master", "kubectl get pods,nodes -A -o wide; kubectl get events -A");
                for (TestVirthost virthost : virthosts.both()) {
                    System.out.print(
                            virthost.inside(
                                    "sh",
                                    "-c",
                                    "ip -d addr; bridge fdb; iptables-save; ps axf -o pid,args"));
                }
            }
        } finally {
            virthosts.close();
        }
    }

    @Test
    @Order(1)
    void up() {
        Ran ran = user.kubelab(COLD, "up " + TwoVirthosts.LAB).succeeds();
        assertThat(ran.err()).contains("note: kube-master is to be on one, which has ");
        assertThat(on("kube-master", "kubectl get nodes --no-headers").succeeds().out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern("kube-\\S+ +Ready "));
    }

    @Test
    @Order(2)
    void eachMachineIsOnItsOwnVirthost() {
        assertThat(machinesOf(virthosts.first())).containsExactly("kube-master");
        assertThat(machinesOf(virthosts.second())).containsExactly("kube-node-1");
        assertThat(user.kubelab(MINUTE, "status").succeeds().out())
                .containsPattern("kube-master +running +192.168.170.10 +one")
                .containsPattern("kube-node-1 +running +192.168.170.11 +two");
        assertThat(on("kube-node-1", "ip -o link show eth0").succeeds().out()).contains("mtu 1450");
    }

    @Test
    @Order(3)
    void podsOfBothReachEachOtherOnMacvlanAndOnFlannel() {
        for (String node : List.of("kube-master", "kube-node-1")) {
            user.write(user.checkout().resolve("pod.yaml"), PODS.replace("$1", node));
            user.kubelab(MINUTE, "ssh kube-master -- kubectl create -f - < pod.yaml").succeeds();
        }
        on("kube-master", "kubectl wait --for=condition=Ready pod --all --timeout=150s").succeeds();
        assertThat(addresses("on-kube-node-1")).hasSize(2);
        pingEachOther();
    }

    @Test
    @Order(4)
    void theSecondRunChangesNothing() {
        changesNothing("up " + TwoVirthosts.LAB);
    }

    @Test
    @Order(5)
    void aVxlanThatSomebodyRemovedIsMended() {
        String other = addresses("on-kube-node-1").getFirst();
        virthosts
                .second()
                .inside(
                        "sh",
                        "-c",
                        "ip -br link show type vxlan | cut -d' ' -f1 | xargs ip link del")
                .succeeds();
        assertThat(ping("on-kube-master", other).exit()).isNotZero();
        Ran status = user.kubelab(MINUTE, "status");
        assertThat(status.exit()).isEqualTo(10);
        assertThat(status.out()).contains("the lab's networks reach all of its virthosts");
        Ran ran = user.kubelab(Duration.ofMinutes(5), "up").succeeds();
        assertThat(TwoVirthosts.changes(ran))
                .allSatisfy(c ->
                        assertThat(c.count())
                                .as(c.host())
                                .isEqualTo(c.host().equals("two") ? 1 : 0));
        pingEachOther();
    }

    @Test
    @Order(6)
    void afterARebootOfEitherUpBringsTheSameClusterBack() {
        String same = identities();
        for (TestVirthost virthost : List.of(virthosts.second(), virthosts.first())) {
            virthosts.reboot(virthost);
            assertThat(user.kubelab(MINUTE, "status").exit()).isEqualTo(10);
            Ran up = user.kubelab(COLD, "up").succeeds();
            Set<String> ofTheOther =
                    virthost.equals(virthosts.second())
                            ? Set.of("one", "kube-master")
                            : Set.of("two", "kube-node-1");
            assertThat(TwoVirthosts.changes(up))
                    .filteredOn(c -> ofTheOther.contains(c.host()))
                    .hasSize(2)
                    .allSatisfy(c -> assertThat(c.count()).as(c.host()).isZero());
            assertThat(identities()).isEqualTo(same);
            podsRun();
            pingEachOther();
            changesNothing("up");
        }
    }

    @Test
    @Order(7)
    void downLeavesBothAsTheyWere() {
        user.kubelab(Duration.ofMinutes(5), "down").succeeds();
        assertThat(virthosts.left()).isEmpty();
    }

    private void changesNothing(String command) {
        assertThat(TwoVirthosts.changes(user.kubelab(MINUTE, command).succeeds()))
                .isNotEmpty()
                .allSatisfy(c -> assertThat(c.count()).as(c.host()).isZero());
    }

    /** What would differ in another cluster. */
    private String identities() {
        return on(
                        "kube-master",
                        "kubectl get nodes,namespaces,pods --no-headers -o custom-columns=KIND:.kind,NAME:.metadata.name,UID:.metadata.uid")
                .succeeds()
                .out();
    }

    /** A node that restarts may be taken for ready until its kubelet is back. */
    private void podsRun() {
        Instant end = Instant.now().plus(Duration.ofMinutes(5));
        String both =
                "for node in kube-master kube-node-1; do kubectl exec on-$node -- ip -4 addr show net0 | grep inet || exit; done";
        while (on("kube-master", both).exit() != 0) {
            assertThat(Instant.now()).as("when both pods run").isBefore(end);
        }
    }

    private void pingEachOther() {
        for (String pod : List.of("on-kube-master", "on-kube-node-1")) {
            String other = pod.equals("on-kube-master") ? "on-kube-node-1" : "on-kube-master";
            for (String address : addresses(other)) {
                ping(pod, address).succeeds();
            }
        }
    }

    /** Packets as large as they can be: nothing on the way may need smaller ones. */
    private Ran ping(String pod, String address) {
        int mtu = address.startsWith("10.244.") ? 1400 : 1450;
        return on(
                "kube-master",
                "kubectl exec %s -- ping -c 3 -W 5 -M do -s %d %s"
                        .formatted(pod, mtu - 28, address));
    }

    private List<String> addresses(String pod) {
        return Interfaces.in(
                        on("kube-master", "kubectl exec %s -- ip a".formatted(pod))
                                .succeeds()
                                .out())
                .stream()
                .map(line -> line.replaceFirst("\\S+ (.*)/\\d+", "$1"))
                .toList();
    }

    private static List<String> machinesOf(TestVirthost virthost) {
        try (var files = Files.list(virthost.varLib().resolve("kubelab/labs/several/machines"))) {
            return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ran on(String machine, String command) {
        return virthosts.on(machine, command);
    }
}
