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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands of every day, on a lab behind a remote virthost. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AtHandStoryIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration COLD = Duration.ofMinutes(40);

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aLab() {
        user.mayUse(virthost);
        Ran off = user.kubelab(LIMIT, "status");
        assertThat(off.exit()).isEqualTo(3);
        assertThat(off.err()).contains("no lab of this name has been set up", "kubelab up");
        user.kubelab(COLD, "up -i inventory/there.inventory").succeeds();
    }

    @AfterAll
    void leave() {
        try {
            assertThat(user.trappedCalls()).as("programs that kubelab must not start").isEmpty();
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void status() {
        Ran ran = user.kubelab(LIMIT, "status").succeeds();
        assertThat(ran.out())
                .containsPattern("kube-master +running +192\\.168\\.170\\.10")
                .containsPattern("kube-node-1 +Ready +<none> +v1\\.")
                .containsPattern(
                        "macvlan-conf +macvlan +192\\.168\\.170\\.200 to 192\\.168\\.170\\.216")
                .doesNotContain("DIFFERS");
        assertThat(ran.err()).contains("nothing differs");
        Node json =
                new SnakeDocuments()
                        .parse(
                                "status",
                                user.kubelab(LIMIT, "status --output json").succeeds().out())
                        .getFirst();
        assertThat(json.text("machines", "1", "state")).contains("running");
        assertThat(json.text("nodes", "0", "name")).contains("kube-master");
        assertThat(json.at("differs").orElseThrow())
                .isInstanceOfSatisfying(
                        Node.Sequence.class, differs -> assertThat(differs.items()).isEmpty());
    }

    @Test
    @Order(2)
    void statusNamesWhatDiffersAndTheNextRunMendsIt() {
        user.kubelab(LIMIT, "ssh kube-node-1 -- sudo sysctl -qw net.ipv4.ip_forward=0").succeeds();
        Ran ran = user.kubelab(LIMIT, "status");
        assertThat(ran.exit()).isEqualTo(10);
        assertThat(ran.out())
                .containsPattern("(?s)DIFFERS.*kube-node-1 +the kernel forwards packets");
        user.kubelab(LIMIT, "kube-install").succeeds();
        user.kubelab(LIMIT, "status").succeeds();
    }

    @Test
    @Order(3)
    void listAndTheLogOfEachRun() throws IOException {
        Ran ran = user.kubelab(LIMIT, "list").succeeds();
        assertThat(ran.out()).containsPattern("the_virthost +-i \\S+there.inventory +\\S+\\.log");
        try (var logs = Files.list(user.home().resolve(".local/state/kubelab/logs/the_virthost"))) {
            List<Path> all = logs.sorted().toList();
            assertThat(all).isNotEmpty();
            assertThat(mode(all.getFirst())).isEqualTo("rw-------");
            assertThat(Files.readString(all.getFirst()))
                    .contains("there is a control plane", "RECAP", "up: ")
                    .doesNotContain("PRIVATE KEY");
        }
    }

    @Test
    @Order(4)
    void kubectlOfTheWorkstation() throws IOException {
        Ran ran = user.kubelab(LIMIT, "kubectl get nodes -o name").succeeds();
        assertThat(ran.out()).isEqualTo("node/kube-master\nnode/kube-node-1\n");
        assertThat(user.kubelab(LIMIT, "kubectl get pod nosuch").exit()).isEqualTo(1);
        Ran bundled =
                user.shell(
                        LIMIT, "PATH=$(mktemp -d):/usr/bin:/bin ./kubelab kubectl get ns -o name");
        assertThat(bundled.succeeds().out()).contains("namespace/kube-system");
        try (var files = Files.list(state())) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .noneMatch(name -> name.contains("kubeconfig"));
        }
    }

    @Test
    @Order(5)
    void aMergedKubeconfigFindsItsWay() throws IOException {
        Path own = user.home().resolve(".kube/config");
        user.write(
                own,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: other, cluster: {server: "https://other.example:6443"}}]
                contexts: [{name: other, context: {cluster: other, user: other}}]
                users: [{name: other, user: {}}]
                current-context: other
                """);
        user.kubelab(LIMIT, "kubeconfig --merge").succeeds();
        assertThat(mode(own)).isEqualTo("rw-------");
        assertThat(Files.readString(own))
                .contains("other.example")
                .doesNotContain("client-key-data");
        assertThat(mode(state().resolve("admin.conf"))).isEqualTo("rw-------");
        for (int i = 0; i < 2; i++) {
            Ran ran = user.shell(LIMIT, kubectl() + " get nodes -o name");
            assertThat(ran.succeeds().out()).isEqualTo("node/kube-master\nnode/kube-node-1\n");
        }
        user.kubelab(LIMIT, "kubeconfig --remove").succeeds();
        user.kubelab(LIMIT, "kubeconfig --remove").succeeds();
        assertThat(Files.readString(own)).contains("other.example").doesNotContain("kubelab");
    }

    @Test
    @Order(6)
    void plainSshAndScpReachTheNodes() {
        user.shell(LIMIT, "./kubelab ssh-config > lab.conf").succeeds();
        assertThat(user.shell(LIMIT, "ssh -F lab.conf kube-node-1 hostname").succeeds().out())
                .isEqualTo("kube-node-1\n");
        user.shell(
                        LIMIT,
                        "echo one > one && scp -q -F lab.conf one kube-master:two && ./kubelab scp -q kube-master:two kube-node-1:three")
                .succeeds();
        user.kubelab(LIMIT, "scp -q kube-node-1:three .").succeeds();
        assertThat(user.checkout().resolve("three")).hasContent("one\n");
        Ran swapped =
                user.shell(
                        LIMIT,
                        "sed 's#UserKnownHostsFile \"[^\"]*/labs/.*#UserKnownHostsFile /dev/null#' lab.conf > bad.conf && ssh -F bad.conf kube-master true");
        assertThat(swapped.exit()).isEqualTo(255);
        assertThat(swapped.err()).contains("Host key verification failed");
    }

    @Test
    @Order(7)
    void oneCommandOnSeveralNodes() {
        Ran ran = user.kubelab(LIMIT, "exec machines -- hostname").succeeds();
        assertThat(ran.out().lines())
                .containsExactlyInAnyOrder(
                        "kube-master | kube-master", "kube-node-1 | kube-node-1");
        Ran failing = user.kubelab(LIMIT, "exec 'machines:!kube-master' -- 'echo no >&2; exit 3'");
        assertThat(failing.exit()).isEqualTo(3);
        assertThat(failing.err()).contains("kube-node-1 | no").doesNotContain("kube-master");
    }

    @Test
    @Order(8)
    void bashCompletesMachinesAndSettings() {
        completes("bash --norc --noprofile -i", ". <(./kubelab completion bash)\n");
    }

    @Test
    @Order(9)
    void zshCompletesMachinesAndSettings() {
        completes(
                "zsh -f -i", "autoload -U compinit; compinit -u; . <(./kubelab completion zsh)\n");
    }

    @Test
    @Order(10)
    void fishCompletesMachinesAndSettings() {
        Ran ran =
                user.shell(
                        LIMIT,
                        "fish --no-config -c './kubelab completion fish | source; complete -C \"./kubelab ssh kube-m\"; complete -C \"./kubelab up -e pod_network_type=\"'");
        assertThat(ran.succeeds().out())
                .contains("kube-master", "pod_network_type=flannel", "pod_network_type=multus");
    }

    private void completes(String shell, String script) {
        try (Terminal terminal = user.terminal(shell)) {
            terminal.type(script + "echo re''ady\n").await("ready", LIMIT);
            terminal.type("./kubelab exec kube-m\t").await("kube-master", LIMIT);
            terminal.type("-- hostname\n").await("kube-master | kube-master", LIMIT);
            terminal.type("echo ./kubelab; ./kubelab settings -e pod_network_type=f\t")
                    .await("pod_network_type=flannel", LIMIT);
            terminal.type("\u0003");
        }
    }

    private static String kubectl() throws IOException {
        try (var items =
                Files.list(Path.of(System.getProperty("user.home"), ".cache/kubelab/go"))) {
            return items.map(item -> item.resolve("kubectl"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
    }

    private Path state() {
        return user.home().resolve(".local/state/kubelab/labs/the_virthost");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
