package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * A lab that is made by runs that are killed, stopped and cut off, on a real virthost: it ends as
 * one that was made at one go.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StoppedAnywhereIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int STOPPED = 130;
    private static final String INIT = "kubeadm init";
    private static final String JOIN = "kubeadm join";
    private static final Path MATRIX = Path.of("target/kill-matrix-real.txt");

    /** How a lab is brought to where a change is to be made that was made already. */
    private enum Undone {
        ARTIFACTS,
        MACHINES,
        CLUSTER
    }

    /** A change, and how long after its beginning kubelab is killed, in milliseconds. */
    private record Place(String name, String change, long delay, Undone by) {}

    /** As far as one waits for the other, in this order. */
    private static final List<Place> PLACES =
            List.of(
                    new Place("artifact build, begun", "go build", 0, Undone.ARTIFACTS),
                    new Place("artifact build, inside", "go build", 500, Undone.ARTIFACTS),
                    new Place("file transfer, begun", "send root.tar", 0, Undone.MACHINES),
                    new Place("file transfer, inside", "send root.tar", 150, Undone.MACHINES),
                    new Place("second transfer, inside", "send layer.tar", 500, Undone.MACHINES),
                    new Place("image push, begun", "push ", 0, Undone.MACHINES),
                    new Place("image push, inside", "push ", 150, Undone.MACHINES),
                    new Place("root of a machine", "-t overlay", 0, Undone.MACHINES),
                    new Place("machine defined", "define machine", 0, Undone.MACHINES),
                    new Place("machine start, begun", "start machine", 0, Undone.MACHINES),
                    new Place("machine start, inside", "start machine", 300, Undone.MACHINES),
                    new Place("file of a node", "kubelet.service", 0, Undone.MACHINES),
                    new Place("kubeadm init, begun", INIT, 0, Undone.CLUSTER),
                    new Place("kubeadm init, inside", INIT, 3000, Undone.CLUSTER),
                    new Place("kubeadm join, begun", JOIN, 0, Undone.CLUSTER),
                    new Place("kubeadm join, inside", JOIN, 1000, Undone.CLUSTER),
                    new Place("object of the cluster", "apply ", 0, Undone.CLUSTER),
                    new Place("pod network of a node", "/etc/cni/net.d/", 0, Undone.CLUSTER));

    /** A progress event of the JSON report. */
    private static final Pattern PROGRESS =
            Pattern.compile("\"step_progress\".*\"host\":\"([^\"]*)\",\"step\":\"([^\"]*)\"");

    private static final String UP = "up -i inventory/there.inventory";

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aCacheWithoutMultus() throws IOException {
        user.mayUse(virthost);
        user.hasOwnCache();
        undo(Undone.ARTIFACTS);
        Files.deleteIfExists(MATRIX);
    }

    @AfterAll
    void leave() {
        virthost.close();
        user.close();
    }

    @Test
    @Order(1)
    void killedAnywhereTheNextRunGoesOn() throws IOException {
        note("| killed | at the step | of | then |");
        note("|---|---|---|---|");
        String killed = "";
        try (var census = new Census(virthost)) {
            for (Place place : PLACES) {
                Optional<String> at = killedAt(place);
                if (at.isEmpty()) {
                    // what ran beside the places before it was quicker
                    undo(place.by());
                    at = killedAt(place);
                }
                assertThat(at).as("%s is reached", place).isPresent();
                conclude(killed, "the next run went on to: " + place.name());
                Matcher step = PROGRESS.matcher(at.get());
                assertThat(step.find()).as("%s", at).isTrue();
                killed = "| %s | %s | %s |".formatted(place.name(), step.group(2), step.group(1));
            }
            user.kubelab(COLD, "up").succeeds();
            assertThat(census.mostOfAMachine()).hasSize(1);
        }
        nothingIsLeftToDo();
        noTemporaryFileIsLeft();
        conclude(killed, "the next run came to the end, and the one after it changed nothing");
    }

    @Test
    @Order(2)
    @Tag("daily")
    void itEndsWhereAnUndisturbedOneDoes() throws IOException {
        TreeSet<String> disturbed = new LabFacts(virthost, user).all();
        user.kubelab(COLD, "down").succeeds();
        user.kubelab(COLD, UP).succeeds();
        TreeSet<String> undisturbed = new LabFacts(virthost, user).all();
        assertThat(minus(undisturbed, disturbed)).as("facts of the undisturbed alone").isEmpty();
        assertThat(minus(disturbed, undisturbed)).as("facts of the disturbed alone").isEmpty();
        note("");
        note(
                "%d facts about virthost, machines and cluster are those of a lab made by one undisturbed run"
                        .formatted(disturbed.size()));
    }

    private static TreeSet<String> minus(TreeSet<String> all, TreeSet<String> others) {
        var left = new TreeSet<>(all);
        left.removeAll(others);
        return left;
    }

    /** The event at which a run was killed; empty if it ended well without such a change. */
    private Optional<String> killedAt(Place place) {
        try (Started run = user.starts(UP + " --output json")) {
            String event = run.await(begins(place.change()), COLD);
            if (event.isEmpty()) {
                assertThat(run.exit(MINUTE)).as("%s: %s", place, run.text()).isZero();
                return Optional.empty();
            }
            pause(place.delay());
            run.kill();
            return Optional.of(event);
        }
    }

    private void undo(Undone what) {
        switch (what) {
            case ARTIFACTS ->
                    user.shell(MINUTE, "rm -rf \"$XDG_CACHE_HOME\"/kubelab/go/multus-*").succeeds();
            case MACHINES -> {
                user.kubelab(COLD, "vm-teardown").succeeds();
                virthost.inside("rm", "-rf", "--one-file-system", "/var/lib/kubelab/bases")
                        .succeeds();
            }
            case CLUSTER -> user.kubelab(COLD, "kube-teardown").succeeds();
        }
    }

    private static void conclude(String killed, String outcome) throws IOException {
        if (!killed.isEmpty()) {
            note("%s %s |".formatted(killed, outcome));
        }
    }

    @Test
    @Order(3)
    @Tag("daily")
    void ctrlCOnceFinishesTheChangeAndTwiceLeavesAtOnce() {
        user.kubelab(COLD, "kube-teardown").succeeds();
        try (Terminal terminal = user.terminal("./kubelab kube-install -v")) {
            terminal.await(INIT, COLD);
            while (!kubeadmRuns()) {
                pause(20);
            }
            terminal.type("\u0003");
            terminal.await("press Ctrl-C again", MINUTE);
            assertThat(kubeadmRuns()).isTrue();
            assertThat(terminal.exit(Duration.ofMinutes(2))).isEqualTo(STOPPED);
            assertThat(kubeadmRuns()).isFalse();
            terminal.await("the same command goes on from here", MINUTE);
        }
        try (Terminal terminal = user.terminal("./kubelab kube-install -v")) {
            terminal.await(JOIN, COLD);
            long asked = System.nanoTime();
            terminal.type("\u0003");
            terminal.await("press Ctrl-C again", MINUTE);
            terminal.type("\u0003");
            assertThat(terminal.exit(MINUTE)).isEqualTo(STOPPED);
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isLessThan(Duration.ofSeconds(5));
            terminal.await("found there next time", MINUTE);
        }
        user.kubelab(COLD, "kube-install").succeeds();
        nothingIsLeftToDo();
    }

    @Test
    @Order(4)
    @Tag("daily")
    void aLinkThatIsCutForTwentySecondsComesBack() {
        user.kubelab(COLD, "kube-teardown").succeeds();
        try (var census = new Census(virthost);
                Started run = user.starts("kube-install -v")) {
            run.await(line -> line.contains(INIT), COLD);
            pause(1000);
            virthost.cut();
            pause(20_000);
            virthost.join();
            assertThat(run.exit(Duration.ofMinutes(5))).as("%s", run.text()).isZero();
            assertThat(census.mostOfAMachine()).hasSize(1);
        }
        nothingIsLeftToDo();
    }

    private boolean kubeadmRuns() {
        return virthost.inside("pgrep", "-x", "kubeadm").exit() == 0;
    }

    private static Predicate<String> begins(String change) {
        return line -> line.contains("\"step_progress\"") && line.contains(change);
    }

    private void nothingIsLeftToDo() {
        Ran preview = user.kubelab(MINUTE, "up --preview");
        assertThat(preview.succeeds().err()).contains("up: nothing would change");
        Ran second = user.kubelab(COLD, "up");
        assertThat(second.succeeds().err()).doesNotContainPattern("changed=[1-9]");
    }

    private void noTemporaryFileIsLeft() {
        String unfinished =
                "\\( -name '*.unfinished' -o -name '.*.kubelab' -o -name '.*.[0-9]*-[0-9]*' \\)";
        assertThat(
                        virthost.inside(
                                        "sh",
                                        "-c",
                                        "find /var/lib/kubelab /etc /run/kubelab /opt "
                                                + unfinished
                                                + "; ls /run/kubelab | grep -v -x -e libvirtd.pid -e no-kvm; ls -d /run/lock/kubelab-*")
                                .text())
                .isEmpty();
        assertThat(
                        user.shell(
                                        MINUTE,
                                        "find ~/.local/state ~/.ssh inventory \"$XDG_CACHE_HOME\"/kubelab/go "
                                                + unfinished
                                                + "; ls -A \"$XDG_CACHE_HOME\"/kubelab/tmp; find ~/.local/state -name '*.lock'")
                                .text())
                .isEmpty();
    }

    private static void note(String line) throws IOException {
        Files.writeString(
                MATRIX, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks for kubeadms in all machines, again and again. */
    private static final class Census implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile List<String> most = List.of();

        Census(TestVirthost virthost) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!over.get()) {
                            for (List<String> ofMachine : kubeadms(virthost)) {
                                if (ofMachine.size() > most.size()) {
                                    most = ofMachine;
                                }
                            }
                            pause(500);
                        }
                    });
        }

        private record Kubeadm(String pid, String parent, String machine, String arguments) {}

        /**
         * Those of a machine, which is a PID namespace; without those that are about to become a
         * program that a kubeadm calls.
         */
        private static Collection<List<String>> kubeadms(TestVirthost virthost) {
            List<Kubeadm> all =
                    virthost.inside("ps", "-C", "kubeadm", "-o", "pid=,ppid=,pidns=,args=")
                            .out()
                            .lines()
                            .map(line -> line.strip().split(" +", 4))
                            .map(f -> new Kubeadm(f[0], f[1], f[2], f[3]))
                            .toList();
            Set<String> pids = all.stream().map(Kubeadm::pid).collect(Collectors.toSet());
            return all.stream()
                    .filter(k -> !pids.contains(k.parent()))
                    .collect(
                            Collectors.groupingBy(
                                    Kubeadm::machine,
                                    Collectors.mapping(Kubeadm::arguments, Collectors.toList())))
                    .values();
        }

        /** More than one would be more than one at a time. */
        List<String> mostOfAMachine() {
            return most;
        }

        @Override
        public void close() {
            over.set(true);
        }
    }
}
