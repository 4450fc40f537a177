package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
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

    private static final String LAB = "-i inventory/two.inventory -e two.yml";
    private static final String CABLE = "10.99.251";

    private static final Pattern RECAP =
            Pattern.compile("^(\\S+)\\s*: ok=\\d+ +changed=(\\d+) ", Pattern.MULTILINE);

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

    private final TestVirthost first = TestVirthost.start();
    private final TestVirthost second = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private TreeSet<String> beforeOnFirst = new TreeSet<>();
    private TreeSet<String> beforeOnSecond = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void theUsersFiles() {
        first.cable(second, CABLE);
        user.mayUse(first);
        Path keys = user.home().resolve(".ssh");
        user.write(
                keys.resolve("known_hosts"), first.knownHost() + "\n" + second.knownHost() + "\n");
        Ran.run(MINUTE, "cp", "-p", second.key().toString(), keys.resolve("id_second").toString())
                .succeeds();
        user.write(
                user.checkout().resolve("inventory/two.inventory"),
                """
                one ansible_host=%s ansible_ssh_private_key_file=~/.ssh/id_ed25519
                two ansible_host=%s ansible_ssh_private_key_file=~/.ssh/id_second

                [virthost]
                one
                two

                [virthost:vars]
                ansible_port=%d
                ansible_user=%s
                """
                        .formatted(
                                first.address(),
                                second.address(),
                                TestVirthost.PORT,
                                TestVirthost.USER));
        user.write(
                user.checkout().resolve("two.yml"),
                """
                lab: several
                virthost_addresses: {one: %1$s.1, two: %1$s.2}
                virtual_machines:
                - {name: kube-master, node_type: master}
                - {name: kube-node-1, node_type: nodes, virthost: two}
                """
                        .formatted(CABLE));
        beforeOnFirst = first.traces();
        beforeOnSecond = second.traces();
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                on("kube-master", "kubectl get pods,nodes -A -o wide; kubectl get events -A");
                for (TestVirthost virthost : List.of(first, second)) {
                    System.out.print(
                            virthost.inside(
                                    "sh",
                                    "-c",
                                    "ip -d addr; bridge fdb; iptables-save; ps axf -o pid,args"));
                }
            }
        } finally {
            first.close();
            second.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void up() {
        Ran ran = user.kubelab(COLD, "up " + LAB).succeeds();
        assertThat(ran.err()).contains("note: kube-master is to be on one, which has ");
        assertThat(on("kube-master", "kubectl get nodes --no-headers").succeeds().out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern("kube-\\S+ +Ready "));
    }

    @Test
    @Order(2)
    void eachMachineIsOnItsOwnVirthost() {
        assertThat(machinesOf(first)).containsExactly("kube-master");
        assertThat(machinesOf(second)).containsExactly("kube-node-1");
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
        assertThat(changes(user.kubelab(MINUTE, "up " + LAB).succeeds())).containsOnly("0");
    }

    @Test
    @Order(5)
    void aVxlanThatSomebodyRemovedIsMended() {
        String other = addresses("on-kube-node-1").getFirst();
        second.inside("sh", "-c", "ip -br link show type vxlan | cut -d' ' -f1 | xargs ip link del")
                .succeeds();
        assertThat(ping("on-kube-master", other).exit()).isNotZero();
        Ran status = user.kubelab(MINUTE, "status");
        assertThat(status.exit()).isEqualTo(10);
        assertThat(status.out()).contains("the lab's networks reach all of its virthosts");
        Ran ran = user.kubelab(Duration.ofMinutes(5), "up").succeeds();
        assertThat(RECAP.matcher(ran.out() + ran.err()).results())
                .allSatisfy(r ->
                        assertThat(r.group(2))
                                .as(r.group())
                                .isEqualTo(r.group(1).equals("two") ? "1" : "0"));
        pingEachOther();
    }

    @Test
    @Order(6)
    void downLeavesBothAsTheyWere() {
        user.kubelab(Duration.ofMinutes(5), "down").succeeds();
        for (TestVirthost virthost : List.of(first, second)) {
            var left = new TreeSet<>(virthost.traces());
            left.removeAll(virthost == first ? beforeOnFirst : beforeOnSecond);
            assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t)))
                    .as(virthost == first ? "one" : "two")
                    .isEmpty();
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

    private static List<String> changes(Ran ran) {
        return RECAP.matcher(ran.out() + ran.err()).results().map(r -> r.group(2)).toList();
    }

    private Ran on(String machine, String command) {
        return user.ssh(Duration.ofMinutes(3), machine, command);
    }
}
