package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
 * Somebody works on Multus, on CNI plugins and on images of their own, and tries each change on a
 * real lab.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InnerLoopIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int INVALID_INPUT = 3;
    private static final int COMMAND_FAILED = 5;
    private static final List<String> NODES = List.of("kube-master", "kube-node-1");
    private static final String MULTUS = "/opt/cni/bin/multus";

    /** Another published release than the pinned one. */
    private static final String RELEASE = "v4.2.4";

    /** Where Multus begins to add a pod's interfaces and knows already where its log is. */
    private static final String ADD =
            "logging.Debugf(\"CmdAdd: %v, %v, %v\", args, exec, kubeClient)\n";

    private static final Pattern CHANGED =
            Pattern.compile(
                    "\"event\":\"step_done\".*\"play\":\"([^\"]*)\",\"host\":\"([^\"]*)\".*\"outcome\":\"changed\"");

    private static final String PLUGIN =
            """
            package main

            import (
            	"fmt"
            	"os"
            )

            const greeting = "the first"

            func main() {
            	if os.Getenv("CNI_COMMAND") == "VERSION" {
            		fmt.Println(`{"cniVersion": "0.3.1", "supportedVersions": ["0.3.1"]}`)
            		return
            	}
            	log, err := os.OpenFile("/var/log/inner-loop.log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
            	if err != nil {
            		fmt.Printf(`{"cniVersion": "0.3.1", "code": 100, "msg": %q}`, err)
            		os.Exit(1)
            	}
            	fmt.Fprintln(log, greeting, os.Getenv("CNI_COMMAND"), os.Getenv("CNI_IFNAME"))
            	fmt.Printf(`{"cniVersion": "0.3.1", "interfaces": [{"name": %q, "sandbox": %q}]}`,
            		os.Getenv("CNI_IFNAME"), os.Getenv("CNI_NETNS"))
            }
            """;

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private final Path multus = user.home().resolve("src/multus-cni");
    private final Path plugin = user.home().resolve("src/plugin");
    private String pinned = "";
    private int pods;
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aLabAndItsUsersSources() {
        user.mayUse(virthost);
        user.hasOwnCache();
        user.kubelab(COLD, "up -i inventory/there.inventory").succeeds();
        user.shell(
                        LIMIT,
                        """
                        PATH=$PATH:/usr/local/go/bin GOMODCACHE=$HOME/.cache/kubelab/build/go-mod GOFLAGS=-modcacherw
                        export PATH GOMODCACHE GOFLAGS
                        module=$(cd bundle/multus && go list -m -f '{{.Path}}' all | grep multus-cni)
                        (cd bundle/multus && go mod download "$module")
                        mkdir -p ~/src
                        cp -r "$(cd bundle/multus && go list -m -f '{{.Dir}}' "$module")" ~/src/multus-cni
                        chmod -R u+w ~/src/multus-cni
                        """)
                .succeeds();
        write(plugin.resolve("go.mod"), "module example.org/plugin\n\ngo 1.26\n");
        write(plugin.resolve("main.go"), PLUGIN);
        pinned = theSameOnAllNodes(MULTUS);
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                on("kube-master", "kubectl get pods -A -o wide; kubectl get events -A | tail -30");
            }
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void multusFromADirectory() {
        Ran nowhere = user.kubelab(LIMIT, "kube-install -e multus_source=~/src/nowhere");
        assertThat(nowhere.exit()).isEqualTo(INVALID_INPUT);
        assertThat(nowhere.err()).contains("multus_source", "there is no directory", "src/nowhere");

        assertThat(changedBy("kube-install -e multus_source=~/src/multus-cni")).isEqualTo(multus());
        assertThat(theSameOnAllNodes(MULTUS)).isNotEqualTo(pinned);
        assertThat(changedBy("kube-install")).isEmpty();
    }

    @Test
    @Order(2)
    void oneChangedLineRunsOnAllNodesAndNothingElseChanges() {
        String before = theSameOnAllNodes(MULTUS);
        add("logging.Verbosef(\"hello from the inner loop\")");
        assertThat(changedBy("kube-install")).isEqualTo(multus());
        assertThat(theSameOnAllNodes(MULTUS)).isNotEqualTo(before);
        for (String node : NODES) {
            aPodRuns(node, "");
            assertThat(sh(node, "sudo grep -c 'hello from the inner loop' /var/log/multus.log"))
                    .isNotEqualTo("0");
        }
        assertThat(changedBy("kube-install")).isEmpty();
    }

    @Test
    @Order(3)
    void whatTheCompilerComplainsAboutIsShownAndNoNodeIsTouched() {
        String before = theSameOnAllNodes(MULTUS);
        add("nobodyKnows()");
        Ran ran = user.kubelab(COLD, "kube-install");
        assertThat(ran.exit()).isEqualTo(COMMAND_FAILED);
        assertThat(ran.err())
                .containsPattern("pkg/multus/multus\\.go:\\d+:\\d+: undefined: nobodyKnows")
                .contains("no node was touched", multus.getFileName().toString())
                .doesNotContainPattern("changed=[1-9]");
        assertThat(theSameOnAllNodes(MULTUS)).isEqualTo(before);
        replace(multus.resolve("pkg/multus/multus.go"), "\tnobodyKnows()\n", "");
        assertThat(changedBy("kube-install")).isEmpty();
    }

    @Test
    @Order(4)
    void anotherReleaseAndThePinnedOneAgain() {
        assertThat(changedBy("kube-install -e multus_source=" + RELEASE)).isEqualTo(multus());
        assertThat(theSameOnAllNodes(MULTUS)).isNotEqualTo(pinned);
        assertThat(sh("kube-master", MULTUS + " --version 2>&1")).contains(RELEASE);
        aPodRuns("kube-node-1", "");

        Set<String> nodesAlone = multus();
        nodesAlone.remove("Multus binary localhost");
        assertThat(changedBy("kube-install -e multus_source=auto")).isEqualTo(nodesAlone);
        assertThat(theSameOnAllNodes(MULTUS)).isEqualTo(pinned);
    }

    @Test
    @Order(5)
    void pluginsOfOnesOwnComeAndChangeAndGo() {
        String bundled = theSameOnAllNodes("/opt/cni/bin/tuning");
        String theirs = "install -m 755 /bin/true /opt/cni/bin/theirs";
        NODES.forEach(node -> sh(node, "sudo " + theirs));

        assertThat(
                        changedBy(
                                "kube-install -e '{\"cni_plugins\": {\"inner-loop\": \"~/src/plugin\", \"tuning\": \"~/src/plugin\"}}'"))
                .isEqualTo(plugins());
        String own = theSameOnAllNodes("/opt/cni/bin/inner-loop");
        assertThat(theSameOnAllNodes("/opt/cni/bin/tuning")).isNotEqualTo(bundled);
        user.shell(
                        LIMIT,
                        """
                        ./kubelab kubectl apply -f - <<'END'
                        apiVersion: k8s.cni.cncf.io/v1
                        kind: NetworkAttachmentDefinition
                        metadata: {name: inner-loop}
                        spec: {config: '{"cniVersion": "0.3.1", "name": "inner-loop", "type": "inner-loop"}'}
                        END
                        """)
                .succeeds();
        String annotation = "k8s.v1.cni.cncf.io/networks: inner-loop";
        aPodRuns("kube-node-1", annotation);
        assertThat(sh("kube-node-1", "cat /var/log/inner-loop.log"))
                .isEqualTo("the first ADD net1");

        replace(plugin.resolve("main.go"), "the first", "the second");
        assertThat(changedBy("kube-install")).isEqualTo(plugins());
        assertThat(theSameOnAllNodes("/opt/cni/bin/inner-loop")).isNotEqualTo(own);
        aPodRuns("kube-master", annotation);
        assertThat(sh("kube-master", "cat /var/log/inner-loop.log"))
                .isEqualTo("the second ADD net1");
        assertThat(changedBy("kube-install")).isEmpty();

        Set<String> gone = new TreeSet<>();
        gone.add("Control planes are prepared kube-master");
        gone.add("Workers are prepared kube-node-1");
        for (String node : NODES) {
            gone.add("Own CNI plugins on nodes " + node);
        }
        assertThat(changedBy("kube-install -e '{\"cni_plugins\": {}}'")).isEqualTo(gone);
        assertThat(theSameOnAllNodes("/opt/cni/bin/tuning")).isEqualTo(bundled);
        for (String node : NODES) {
            assertThat(sh(node, "ls /opt/cni/bin")).contains("theirs").doesNotContain("inner-loop");
        }
        assertThat(changedBy("kube-install")).isEmpty();
    }

    @Test
    @Order(6)
    void imagesOfOnesOwnArePushedAndPodsRunFromThem() {
        OwnImage image = OwnImage.in(user.home().resolve("image"));
        pushed(image.layout("from-a-directory"), "example.org/inner/loop:directory")
                .contains("example.org/inner/loop:directory");
        pushed(image.layoutInTar("from-a-tar-file"), "example.org/inner/loop:tar")
                .contains("example.org/inner/loop:tar");
        pushed(image.saved("inner/loop:saved", "from-docker-save"), "")
                .contains("inner/loop:saved");
        says("example.org/inner/loop:directory", "from-a-directory");
        says("example.org/inner/loop:tar", "from-a-tar-file");
        says("inner/loop:saved", "from-docker-save");

        // the same name again: policy Always asks for what it is now
        pushed(image.layout("a-later-one"), "example.org/inner/loop:directory")
                .contains("example.org/inner/loop:directory");
        says("example.org/inner/loop:directory", "a-later-one");
        Ran again =
                user.kubelab(
                        LIMIT,
                        "image push '%s' example.org/inner/loop:directory"
                                .formatted(image.layout("a-later-one")));
        assertThat(again.succeeds().err()).contains("the lab's registry has it");
        assertThat(changedBy("kube-install")).isEmpty();
    }

    private org.assertj.core.api.AbstractStringAssert<?> pushed(Path file, String name) {
        Ran ran = user.kubelab(LIMIT, "image push '%s' %s".formatted(file, name));
        assertThat(ran.succeeds().err()).contains("pushed to the lab's registry: sha256:");
        return assertThat(ran.out());
    }

    /** What a pod of the image logs. */
    private void says(String image, String text) {
        String pod = "pod-" + ++pods;
        user.kubelab(
                        LIMIT,
                        "kubectl run %s --image=%s --image-pull-policy=Always"
                                .formatted(pod, image))
                .succeeds();
        ready(pod);
        assertThat(user.kubelab(LIMIT, "kubectl logs " + pod).succeeds().text()).isEqualTo(text);
    }

    private void aPodRuns(String node, String annotation) {
        String pod = "pod-" + ++pods;
        user.shell(
                        LIMIT,
                        """
                        ./kubelab kubectl apply -f - <<'END'
                        apiVersion: v1
                        kind: Pod
                        metadata:
                          name: %s
                          annotations: {%s}
                        spec:
                          nodeName: %s
                          containers: [{name: sleep, image: dougbtv/centos-network, command: [sleep, "1000000"]}]
                        END
                        """
                                .formatted(pod, annotation, node))
                .succeeds();
        ready(pod);
    }

    private void ready(String pod) {
        user.kubelab(
                        LIMIT,
                        "kubectl wait --for=condition=Ready pod/%s --timeout=150s".formatted(pod))
                .succeeds();
    }

    /** "play host" of each step that changed something. */
    private Set<String> changedBy(String command) {
        Ran ran = user.shell(COLD, "./kubelab " + command + " --output json");
        assertThat(ran.exit()).as("%s", ran).isZero();
        var changed = new TreeSet<String>();
        (ran.out() + ran.err())
                .lines()
                .map(CHANGED::matcher)
                .filter(java.util.regex.Matcher::find)
                .forEach(m -> changed.add(m.group(1) + " " + m.group(2)));
        return changed;
    }

    /** All that a new Multus may change. */
    private static Set<String> multus() {
        var places = new TreeSet<>(Set.of("Multus binary localhost"));
        NODES.forEach(node -> places.add("Multus on nodes " + node));
        return places;
    }

    private static Set<String> plugins() {
        var places = new TreeSet<>(Set.of("Own CNI plugins localhost"));
        NODES.forEach(node -> places.add("Own CNI plugins on nodes " + node));
        return places;
    }

    private String theSameOnAllNodes(String file) {
        Set<String> sums = new TreeSet<>();
        NODES.forEach(node -> sums.add(sh(node, "sha256sum " + file)));
        assertThat(sums).as(file).hasSize(1);
        return sums.iterator().next();
    }

    /** One more line where Multus adds a pod's interfaces. */
    private void add(String line) {
        replace(multus.resolve("pkg/multus/multus.go"), ADD, ADD + "\t" + line + "\n");
    }

    private void replace(Path file, String old, String by) {
        try {
            String text = Files.readString(file);
            assertThat(text).contains(old);
            write(file, text.replace(old, by));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, String text) {
        user.write(file, text);
    }

    private String sh(String machine, String command) {
        return on(machine, command).succeeds().text();
    }

    private Ran on(String machine, String command) {
        return user.ssh(LIMIT, machine, command);
    }
}
