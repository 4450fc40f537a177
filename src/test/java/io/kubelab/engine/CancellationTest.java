package io.kubelab.engine;

import static io.kubelab.engine.TestLab.MASTER;
import static io.kubelab.engine.TestLab.NODE_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.engine.Cancellation.Stage;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Steps.Awaited;
import io.kubelab.engine.Steps.Chain;
import io.kubelab.engine.Steps.FileThere;
import io.kubelab.engine.Steps.Made;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff.Wake;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CancellationTest {
    private final TestLab lab = new TestLab();
    private final FakeHosts.FakeHost node = lab.hosts.of("kube-node-1");

    private void whenSomethingIsChanged(Runnable action) {
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.StepProgress) {
                        action.run();
                    }
                };
    }

    @Test
    void stagesFollowEachOther() {
        var cancellation = new Cancellation();
        assertThat(cancellation.stage()).isEqualTo(Stage.RUNNING);
        assertThat(cancellation.request()).isEqualTo(Stage.STOPPING);
        assertThat(cancellation.request()).isEqualTo(Stage.LEAVING);
        assertThat(cancellation.request()).isEqualTo(Stage.LEAVING);
    }

    @Test
    void askedOnceTheChangeIsFinishedAndNothingElseBegun() {
        lab.play("one", List.of(NODE_1), new FileThere("a"), new FileThere("b"));
        lab.play("two", List.of(NODE_1), new FileThere("c"));
        node.understands(
                "touch a",
                host -> {
                    lab.cancellation.request();
                    host.with("a");
                });
        RunOutcome outcome = lab.apply();
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED);
        assertThat(outcome.failures()).isEmpty();
        assertThat(node.has("a")).isTrue();
        assertThat(node.changes).containsExactly("touch a");
        assertThat(lab.done())
                .containsExactly("kube-node-1 skips 2 of one", "kube-node-1 skips 1 of two");
    }

    @Test
    void waitingIsGivenUpAtOnce() {
        lab.play(
                "one",
                List.of(NODE_1),
                new Awaited("a", Duration.ofDays(1), new Wake.ClusterEvent("v1", "Pod", "")));
        lab.cluster.whenAwaited(() -> {
            lab.cancellation.request();
            forever();
        });
        assertThat(lab.apply().ending()).isEqualTo(Ending.STOPPED);
    }

    @Test
    void readingIsGivenUpAtOnce() {
        lab.play("one", List.of(NODE_1), new Made("a", Steps.touch("a")));
        node.understands(
                "test -e a",
                host -> {
                    lab.cancellation.request();
                    forever();
                });
        assertThat(lab.apply().ending()).isEqualTo(Ending.STOPPED);
    }

    @Test
    void askedTwiceEvenAChangeIsLeft() {
        lab.play(
                "one",
                List.of(NODE_1),
                new Made(
                        "a",
                        new Change.RunLong(
                                "build", Command.of("build"), Duration.ofDays(1), "Wait.")));
        node.understands("build", _ -> forever());
        whenSomethingIsChanged(() -> {
            lab.cancellation.request();
            lab.cancellation.request();
        });
        RunOutcome outcome = lab.apply();
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED);
        assertThat(lab.events.getLast()).isInstanceOf(RunEvent.RunFinished.class);
    }

    private static void forever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void whateverWasDoneBeforeTheNextRunDoesTheRest(int change) {
        lab.play("one", List.of(NODE_1), new FileThere("a"), new Chain(List.of("b", "c", "d")));
        lab.playAfter("two", List.of("one"), List.of(MASTER, NODE_1), new FileThere("e"));
        lab.play("three", List.of(NODE_1), new FileThere("f"));
        int[] seen = {0};
        whenSomethingIsChanged(() -> {
            if (++seen[0] == change) {
                lab.cancellation.request();
                lab.cancellation.request();
            }
        });
        assertThat(lab.apply().ending()).isEqualTo(Ending.STOPPED);

        lab.listener = _ -> {};
        lab.cancellation = new Cancellation();
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.apply().changed()).isZero();
        assertThat(List.of("a", "b", "c", "d", "e", "f")).allMatch(node::has);
    }
}
