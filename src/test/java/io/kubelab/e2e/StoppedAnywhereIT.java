package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
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

    /** A change, and how long after its beginning kubelab is killed, in milliseconds. */
    private record Place(String name, String change, long delay) {}

    private static final List<Place> PLACES =
            List.of(
                    new Place("artifact build, begun", "go build", 0),
                    new Place("artifact build, inside", "go build", 500),
                    new Place("file transfer, begun", "send root.tar", 0),
                    new Place("image push, begun", "push ", 0),
                    new Place("file transfer, inside", "send root.tar", 150),
                    new Place("image push, inside", "push ", 150),
                    new Place("second file transfer, inside", "send layer.tar", 500),
                    new Place("root file system of a machine", "-t overlay", 0),
                    new Place("machine defined", "define machine", 0),
                    new Place("machine start, begun", "start machine", 0),
                    new Place("machine start, inside", "start machine", 300),
                    new Place("file of a node", "kubelet.service", 0),
                    new Place("kubeadm init, begun", INIT, 0),
                    new Place("kubeadm init, inside", INIT, 3000),
                    new Place("kubeadm join, begun", JOIN, 0),
                    new Place("kubeadm join, inside", JOIN, 1000),
                    new Place("object of the cluster", "apply ", 0),
                    new Place("file of the pod network", "/etc/cni/net.d/", 0));

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aCacheWithoutMultus() throws IOException {
        user.mayUse(virthost);
        user.hasOwnCache();
        user.shell(MINUTE, "rm -rf \"$XDG_CACHE_HOME\"/kubelab/go/multus-*").succeeds();
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
        String up = "up -i inventory/there.inventory --output json";
        try (var census = new Census(virthost)) {
            for (Place place : PLACES) {
                try (Started run = user.starts(up)) {
                    boolean begun = !run.await(begins(place.change()), COLD).isEmpty();
                    if (!begun) {
                        // what runs beside it was quicker this time
                        assertThat(run.exit(MINUTE)).as("%s: %s", place, run.text()).isZero();
                        break;
                    }
                    pause(place.delay());
                    run.kill();
                    note("| %s | killed, converged |".formatted(place.name()));
                }
            }
            user.kubelab(COLD, "up").succeeds();
            assertThat(census.mostKubeadms()).as("kubeadm at a time").isLessThanOrEqualTo(1);
        }
        nothingIsLeftToDo();
        noTemporaryFileIsLeft();
    }

    @Test
    @Order(2)
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
                                                + "; ls /run/kubelab | grep -v libvirtd.pid; ls -d /run/lock/kubelab-*")
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

    /** Counts the kubeadms that run on the virthost, in whatever node, again and again. */
    private static final class Census implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong most = new AtomicLong();

        Census(TestVirthost virthost) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!over.get()) {
                            long now =
                                    virthost.inside("pgrep", "-x", "kubeadm").out().lines().count();
                            most.accumulateAndGet(now, Math::max);
                            pause(500);
                        }
                    });
        }

        long mostKubeadms() {
            return most.get();
        }

        @Override
        public void close() {
            over.set(true);
        }
    }
}
