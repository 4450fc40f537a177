package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
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
 * The article, from its first command to its last, on a remote virthost behind SSH: another port, a
 * user who must sudo. Then the second run, and the end.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class VirthostStoryIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(40);

    private static final String INVENTORY = "-i inventory/there.inventory ";

    /** Also for whom kubelab's programs on the virthost would call it. */
    private static final String VIRSH_IS_A_TRAP =
            "printf '#!/bin/sh\\necho \"$0 $*\" >> /trapped\\nexit 1\\n' > /usr/local/bin/virsh && chmod 755 /usr/local/bin/virsh";

    private static final Pattern RECAP =
            Pattern.compile(
                    "^(\\S+)\\s*: ok=\\d+ +changed=(\\d+) .*failed=(\\d+)", Pattern.MULTILINE);

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void theUsersTwoFiles() {
        user.mayUse(virthost);
        virthost.inside("sh", "-c", VIRSH_IS_A_TRAP).succeeds();
        before = virthost.traces();
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                on("kube-master", "kubectl get pods,nodes -A -o wide; kubectl get events -A");
            }
            assertThat(user.trappedCalls()).as("programs that kubelab must not start").isEmpty();
            assertThat(virthost.inside("cat", "/trapped").out()).as("calls of virsh").isEmpty();
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void badExtraVarsAreToldAllAtOnceAndNothingIsTouched() {
        user.write(
                user.checkout().resolve("bad.yml"),
                """
                pod_network_typ: multus
                multus_ipam_subnet: 192.168.170.1/24
                virtual_machines: kube-master
                """);
        Ran ran = user.kubelab(MINUTE, "virthost-setup " + INVENTORY + "-e bad.yml");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err())
                .contains("bad.yml:1:1: ", "did you mean 'pod_network_type'")
                .contains("bad.yml:2:21: ", "did you mean '192.168.170.0/24'")
                .contains("bad.yml:3:19: ")
                .doesNotContain("Exception", "\tat ");
        assertThat(virthost.traces()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void previewTouchesNothing() {
        Ran ran =
                user.kubelab(
                        MINUTE,
                        "virthost-setup " + INVENTORY + "-e multus-extravars.yml --preview");
        ran.succeeds();
        assertThat(virthost.traces()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void virthostSetup() throws IOException {
        Ran ran = user.kubelab(COLD, "virthost-setup " + INVENTORY + "-e multus-extravars.yml");
        ran.succeeds();
        assertThat(Files.readString(user.checkout().resolve("inventory/vms.local.generated")))
                .containsPattern("(?m)^kube-master ansible_host=\\S+")
                .containsPattern("(?m)^kube-node-1 ansible_host=\\S+");
        Path key = user.home().resolve(".ssh/the_virthost/id_vm_rsa");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    @Order(4)
    void kubeInstallNeedsNoArguments() {
        user.kubelab(COLD, "kube-install").succeeds();
    }

    @Test
    @Order(5)
    void theSecondRunChangesNothingAndIsQuick() {
        Ran setup = user.kubelab(MINUTE, "virthost-setup " + INVENTORY + "-e multus-extravars.yml");
        Ran install = user.kubelab(MINUTE, "kube-install");
        for (Ran ran : List.of(setup, install)) {
            ran.succeeds();
            Matcher recap = RECAP.matcher(ran.out() + ran.err());
            assertThat(recap.results())
                    .isNotEmpty()
                    .allSatisfy(r -> assertThat(r.group(2)).as(r.group()).isEqualTo("0"));
        }
    }

    @Test
    @Order(5)
    void aPlayOfTheSecondRunCostsAHostFourRoundTripsAtMost() {
        for (String command : List.of("virthost-setup", "kube-install")) {
            List<Node> events =
                    new SnakeDocuments()
                            .parse(
                                    command,
                                    user.kubelab(MINUTE, command + " --output json")
                                            .succeeds()
                                            .out()
                                            .replaceAll("(?m)^", "--- "));
            var plays = new TreeMap<String, Integer>();
            events.stream()
                    .filter(e -> e.text("event").equals(Optional.of("play_started")))
                    .forEach(e -> plays.merge(e.text("host").orElseThrow(), 1, Integer::sum));
            Node hosts = events.getLast().at("hosts").orElseThrow();
            int all = 0;
            for (String host : plays.keySet()) {
                int roundTrips = Integer.parseInt(hosts.text(host, "round_trips").orElseThrow());
                all += roundTrips;
                // plays of machines run on their virthost, too
                if (!host.equals("the_virthost")) {
                    assertThat(roundTrips)
                            .as(command + " on " + host)
                            .isLessThanOrEqualTo(4 * plays.get(host));
                }
            }
            assertThat(all)
                    .as(command)
                    .isPositive()
                    .isLessThanOrEqualTo(
                            4 * plays.values().stream().mapToInt(Integer::intValue).sum());
        }
    }

    @Test
    @Order(6)
    void whatTheArticleLooksAtOnTheMaster() {
        assertThat(master("kubectl get nodes --no-headers").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern("kube-\\S+ +Ready "));
        assertThat(master("sudo cat /etc/cni/net.d/10-multus.conf"))
                .contains("\"multus-cni-network\"", "\"multus\"", "\"kubeconfig\"");
        assertThat(master("kubectl get crd")).contains("networks.kubernetes.com");
        assertThat(master("kubectl get networks")).contains("flannel-conf", "macvlan-conf");
        assertThat(master("kubectl describe networks flannel-conf"))
                .containsPattern(
                        "Args: +\\[ *\\{ *\"delegate\": *\\{ *\"isDefaultGateway\": *true");
    }

    @Test
    @Order(7)
    void theArticlesOwnSshLine() {
        Ran ran =
                user.shell(
                        MINUTE,
                        """
                        ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$(find $HOME/.local/state/kubelab -name known_hosts)" \
                        -o ProxyCommand='ssh -o UserKnownHostsFile=%s -i %s -p %d -W %%h:%%p %s@%s' \
                        -i ~/.ssh/the_virthost/id_vm_rsa centos@$(grep -m1 "kube-master" inventory/vms.local.generated | cut -d"=" -f 2 | cut -d" " -f 1) \
                        'sudo id -un; kubectl version -o yaml | grep -c gitVersion'
                        """
                                .formatted(
                                        user.home().resolve(".ssh/known_hosts"),
                                        virthost.key(),
                                        TestVirthost.PORT,
                                        TestVirthost.USER,
                                        virthost.address()));
        assertThat(ran.succeeds().out()).isEqualTo("root\n2\n");
    }

    @Test
    @Order(7)
    void ansibleUsesTheGeneratedInventory() {
        Ran ran =
                user.shell(
                        MINUTE,
                        "/usr/bin/ansible -i inventory/vms.local.generated master:nodes -b -m command -a 'id -un'");
        assertThat(ran.succeeds().out())
                .containsPattern("kube-master \\| CHANGED \\| rc=0 >>\\s+root")
                .containsPattern("kube-node-1 \\| CHANGED \\| rc=0 >>\\s+root");
    }

    @Test
    @Order(8)
    void theThreePodsHaveTheInterfacesTheyAskFor() {
        for (String pod : List.of("flannel", "macvlan", "both")) {
            user.kubelab(
                            MINUTE,
                            "ssh kube-master -- kubectl create -f - < inventory/examples/article/%s.pod.yaml"
                                    .formatted(pod))
                    .succeeds();
        }
        master("kubectl wait --for=condition=Ready pod --all --timeout=120s");
        assertThat(interfaces("flannelpod"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("eth0 10.244.");
        assertThat(interfaces("macvlanpod"))
                .hasSize(1)
                .first()
                .asString()
                .matches("eth0 192\\.168\\.\\d+\\.2(0\\d|1[0-6])/24");
        List<String> both = interfaces("bothpod");
        assertThat(both).hasSize(2);
        assertThat(both.getFirst()).matches("eth0 192\\.168\\.\\d+\\.2(0\\d|1[0-6])/24");
        assertThat(both.getLast()).startsWith("net0 10.244.");
    }

    @Test
    @Order(9)
    void theVirthostPingsTheMacvlanPodWhichSeesIt() {
        String address = interfaces("macvlanpod").getFirst().replaceAll("eth0 (.*)/24", "$1");
        CompletableFuture<String> capture =
                CompletableFuture.supplyAsync(() ->
                        master(
                                "kubectl exec macvlanpod -- timeout 30 tcpdump -n -c 2 -i any icmp"));
        Ran ping = virthost.inside("ping", "-c", "20", "-i", "0.5", address);
        assertThat(ping.succeeds().out()).contains(" 0% packet loss");
        assertThat(capture.join()).contains("ICMP echo request", "ICMP echo reply");
    }

    @Test
    @Order(10)
    void aPodWithoutAnnotationGetsFlannelAndDnsWorks() {
        master(
                "kubectl run plainpod --image=dougbtv/centos-network --command -- sleep 2000000000000");
        master("kubectl wait --for=condition=Ready pod/plainpod --timeout=60s");
        assertThat(interfaces("plainpod")).hasSize(1).first().asString().startsWith("eth0 10.244.");
        for (String pod : List.of("plainpod", "flannelpod")) {
            assertThat(
                            master(
                                    "kubectl exec %s -- getent hosts kubernetes.default.svc.cluster.local"
                                            .formatted(pod)))
                    .startsWith("10.96.0.1");
        }
    }

    @Test
    @Order(11)
    void nodesMayReadNetworkDefinitionsAndNothingMore() {
        String asNode =
                " --as system:node:kube-node-1 --as-group system:nodes --as-group system:authenticated";
        String networks = " network-attachment-definitions.k8s.cni.cncf.io -n kube-system";
        assertThat(mayI("get" + networks + asNode)).isEqualTo("yes");
        for (String denied :
                List.of(
                        "delete" + networks,
                        "list" + networks,
                        "create deployments.apps",
                        "get secrets")) {
            assertThat(mayI(denied + asNode)).as(denied).isEqualTo("no");
        }
        String own = "sudo kubectl --kubeconfig /etc/kubernetes/kubelet.conf auth can-i ";
        assertThat(firstWord(on("kube-node-1", own + "get" + networks))).isEqualTo("yes");
        assertThat(firstWord(on("kube-node-1", own + "delete" + networks))).isEqualTo("no");
    }

    @Test
    @Order(12)
    void sshIsARealTerminal() {
        try (Terminal terminal = user.terminal("stty rows 24 cols 80; ./kubelab ssh kube-master")) {
            terminal.await("kube-master", MINUTE);
            terminal.type("echo size $(stty size)\n").await("size 24 80", MINUTE);
            terminal.type("until stty size | grep -q 132; do :; done; echo re''sized\n");
            terminal.await("re''sized", MINUTE);
            terminal.resize(50, 132);
            terminal.await("resized", MINUTE);
            terminal.type("sleep 1000; echo woke $?\n");
            terminal.await("sleep 1000", MINUTE);
            pause();
            terminal.type("\u0003");
            terminal.type("echo after\n").await("after", MINUTE);
            terminal.type("exit 7\n");
            assertThat(terminal.exit(MINUTE)).isEqualTo(7);
        }
        assertThat(on("kube-master", "exit 7").exit()).isEqualTo(7);
    }

    @Test
    @Order(20)
    void teardownLeavesNothing() {
        user.kubelab(Duration.ofMinutes(5), "kube-teardown").succeeds();
        user.kubelab(Duration.ofMinutes(5), "vm-teardown").succeeds();
        user.kubelab(Duration.ofMinutes(5), "down " + INVENTORY).succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
    }

    private static void pause() {
        // the remote sleep has to be running before it can be interrupted
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** "yes" or "no"; an authorizer may give a reason after it. */
    private static String firstWord(Ran ran) {
        return ran.text().split(" ", 2)[0];
    }

    private String mayI(String what) {
        return firstWord(on("kube-master", "kubectl auth can-i " + what));
    }

    private List<String> interfaces(String pod) {
        return Interfaces.in(master("kubectl exec %s -- ip a".formatted(pod)));
    }

    private String master(String command) {
        return on("kube-master", command).succeeds().out();
    }

    private Ran on(String machine, String command) {
        return user.ssh(Duration.ofMinutes(3), machine, command);
    }
}
