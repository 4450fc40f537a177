package io.kubelab.engine;

import static io.kubelab.engine.TestLab.MASTER;
import static io.kubelab.engine.TestLab.NODE_1;
import static io.kubelab.engine.TestLab.NODE_2;
import static io.kubelab.engine.TestLab.VIRTHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Steps.Chain;
import io.kubelab.engine.Steps.Exists;
import io.kubelab.engine.Steps.FileThere;
import io.kubelab.engine.Steps.Made;
import io.kubelab.engine.Steps.NeedsProgram;
import io.kubelab.engine.Steps.ObjectThere;
import io.kubelab.engine.Steps.Running;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Facts are loaded together, and nobody can tell but by counting. */
@Timeout(20)
class LookAheadTest {
    private final TestLab lab = new TestLab();
    private final FakeHosts.FakeHost node = lab.hosts.of("kube-node-1");

    private static Step[] manyFiles(int count) {
        return IntStream.range(0, count).mapToObj(i -> new FileThere("f" + i)).toArray(Step[]::new);
    }

    @Test
    void aConvergedHostCostsOneRoundTripHoweverManySteps() {
        IntStream.range(0, 50).forEach(i -> node.with("f" + i));
        lab.play("play", List.of(NODE_1), manyFiles(50));
        assertThat(lab.apply().changed()).isZero();
        assertThat(node.roundTrips()).isEqualTo(1);
        assertThat(roundTrips()).isEqualTo(1);
    }

    private int roundTrips() {
        return ((RunEvent.RunFinished) lab.events.getLast()).roundTrips().get("kube-node-1");
    }

    @Test
    void itCostsAsManyAsItsLongestChainOfFactsThatDependOnFacts() {
        for (String file : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            node.with(file);
        }
        lab.play(
                "play",
                List.of(NODE_1),
                new FileThere("a"),
                new Chain(List.of("b", "c")),
                new Chain(List.of("d", "e", "f")),
                new ObjectThere("x"),
                new Chain(List.of("c", "g")),
                new FileThere("h"));
        lab.cluster.apply(
                new io.kubelab.cluster.Manifest(
                        new io.kubelab.cluster.ObjectRef("v1", "ConfigMap", "default", "x"), ""));
        assertThat(lab.apply().changed()).isZero();
        assertThat(node.roundTrips()).isEqualTo(3);
    }

    @Test
    void theSameQuestionIsAskedOnce() {
        node.with("a");
        lab.play("one", List.of(NODE_1), new FileThere("a"), new FileThere("a"));
        lab.play("two", List.of(NODE_1), new Chain(List.of("a")));
        assertThat(lab.apply().changed()).isZero();
        assertThat(node.asked).containsExactly(List.of("test -e a"));
    }

    @Test
    void aPreviewAsksNoMoreThanThat() {
        lab.play("play", List.of(NODE_1), manyFiles(20));
        assertThat(lab.run(Mode.PREVIEW).changed()).isEqualTo(20);
        assertThat(node.roundTrips()).isEqualTo(1);
    }

    @Test
    void aFreshHostLooksTwiceAtEachStepAndNoFurtherThanItsNext() {
        lab.play("play", List.of(NODE_1), manyFiles(10));
        assertThat(lab.apply().changed()).isEqualTo(10);
        // all; whether it is emulated; then ten times: change, look at it and at the next
        assertThat(node.roundTrips()).isEqualTo(1 + 1 + 2 * 10);
        assertThat(node.asked.subList(1, node.asked.size())).allMatch(asked -> asked.size() <= 2);
    }

    @Test
    void lookingFurtherIsTriedAgainWithEachStepInOrder() {
        IntStream.range(1, 32).forEach(i -> node.with("f" + i));
        lab.play("play", List.of(NODE_1), manyFiles(32));
        assertThat(lab.apply().changed()).isEqualTo(1);
        // all; whether it is emulated; the change; f0 and the next; then more and more
        assertThat(node.asked.stream().map(List::size)).containsExactly(32, 1, 1, 2, 3, 17, 10);
    }

    @Test
    void theErrorOfAGuessSaysNothing() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Made("installed", Steps.run("install")),
                new NeedsProgram("tool"),
                new FileThere("a"));
        node.understands("install", host -> host.with("installed").answers("tool", "1.0"));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void anErrorIsOneWhenItsTurnHasCome() {
        node.with("a");
        lab.play("play", List.of(NODE_1), new FileThere("a"), new NeedsProgram("tool"));
        assertThat(lab.apply().defects()).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(lab.done())
                .containsExactly("kube-node-1 a is there InOrder", "kube-node-1 tool works Defect");
    }

    @Test
    void playsThatAskTheSameHostAtOnceShareRoundTrips() {
        var started = new CountDownLatch(6);
        lab.hosts.of("kube-master").with("s");
        lab.play("start", List.of(MASTER), new FileThere("s"));
        for (int i = 0; i < 6; i++) {
            lab.playAfter("play" + i, List.of("start"), List.of(NODE_1), new FileThere("f" + i));
            node.understands(
                    "test -e f" + i,
                    _ -> {
                        await(started);
                        untilTheOthersHaveAsked();
                    });
        }
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.StepStarted s && s.host().equals(NODE_1)) {
                        started.countDown();
                    }
                };
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(node.asked.stream().mapToInt(List::size).sum()).isEqualTo(6);
        assertThat(node.roundTrips()).isLessThanOrEqualTo(4);
    }

    @Test
    void playsThatWaitForOthersAreLookedAtMeanwhile() {
        var last = new CountDownLatch(1);
        lab.play("first", List.of(MASTER), new FileThere("a"));
        lab.playAfter("second", List.of("first"), List.of(NODE_2), new FileThere("b"));
        lab.playAfter("third", List.of("second"), List.of(NODE_1), new FileThere("c"));
        lab.hosts.of("kube-master").understands("test -e a", _ -> await(last));
        lab.hosts.of("kube-node-2").understands("test -e b", _ -> await(last));
        node.understands("test -e c", _ -> last.countDown());
        assertThat(lab.apply().changed()).isZero();
        assertThat(node.roundTrips()).isEqualTo(1);
        assertThat(lab.done())
                .containsExactly(
                        "kube-master a is there InOrder",
                        "kube-node-2 b is there InOrder",
                        "kube-node-1 c is there InOrder");
    }

    private static void untilTheOthersHaveAsked() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a file, then waits for the latch before it answers. */
    record Slow(CountDownLatch reading, CountDownLatch go) implements Step {
        @Override
        public String title() {
            return "slow";
        }

        @Override
        public Diff diff(Target target) {
            target.ask(new Exists("whatever"));
            reading.countDown();
            await(go);
            return Diff.inOrder("slow");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aGuessThatAnotherPlayOfTheHostMadeUntrueIsMadeAnew() {
        var reading = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        lab.play("one", List.of(NODE_1), new Slow(reading, go), new FileThere("a"));
        lab.playAfter("start", List.of(), List.of(MASTER), new FileThere("s"));
        lab.playAfter("two", List.of("start"), List.of(NODE_1), new Made("a", Steps.run("make-a")));
        node.understands(
                "make-a",
                host -> {
                    await(reading);
                    host.with("a");
                });
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.PlayDone(var play, _, _) && play.equals("two")) {
                        go.countDown();
                    }
                };
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(node.changes).containsExactly("make-a");
        assertThat(lab.done()).contains("kube-node-1 a is there InOrder");
    }

    @Test
    void theErrorOfAGuessIsGoneWhenItsTurnComes() {
        var reading = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        lab.play("one", List.of(NODE_1), new Slow(reading, go), new NeedsProgram("tool"));
        lab.playAfter("start", List.of(), List.of(MASTER), new FileThere("s"));
        lab.playAfter(
                "two", List.of("start"), List.of(NODE_1), new Made("a", Steps.run("install")));
        node.understands(
                "install",
                host -> {
                    await(reading);
                    host.with("a").answers("tool", "1.0");
                });
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.PlayDone(var play, _, _) && play.equals("two")) {
                        go.countDown();
                    }
                };
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
    }

    /** Says only what it sees. */
    record Sees(String machine) implements Step {
        @Override
        public String title() {
            return "sees " + machine;
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder("running: " + target.ask(new Running(machine)));
        }
    }

    @Test
    void aHostSeesWhatItsOwnChangesDidWhereverThatIs() {
        node.understands(
                "power-on",
                host -> {
                    lab.machines.start("m");
                    host.with("a");
                });
        lab.play(
                "play",
                List.of(NODE_1),
                new Sees("m"),
                new Made("a", Steps.run("power-on")),
                new Sees("m"));
        lab.apply();
        assertThat(lab.outcomes().getFirst()).isEqualTo(new Outcome.InOrder("running: false"));
        assertThat(lab.outcomes().getLast()).isEqualTo(new Outcome.InOrder("running: true"));
    }

    @Test
    void aPlaySeesWhatThePlaysBeforeItDidWhereverThatIs() {
        node.understands(
                "power-on",
                host -> {
                    lab.machines.start("m");
                    host.with("a");
                });
        lab.play("look", List.of(NODE_2), new Sees("m"));
        lab.playAfter("on", List.of("look"), List.of(NODE_1), new Made("a", Steps.run("power-on")));
        lab.playAfter("look again", List.of("on"), List.of(NODE_2), new Sees("m"));
        lab.apply();
        assertThat(lab.outcomes().getFirst()).isEqualTo(new Outcome.InOrder("running: false"));
        assertThat(lab.outcomes().getLast()).isEqualTo(new Outcome.InOrder("running: true"));
    }

    /** A fact that comes late. */
    record Late(CountDownLatch until) implements Fact.OfCluster<Boolean> {
        @Override
        public Boolean read(Optional<ClusterClient> cluster) {
            try {
                return until.await(3, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    record AsksTheCluster(CountDownLatch until) implements Step {
        @Override
        public String title() {
            return "asks the cluster";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder("answer: " + target.ask(new Late(until)));
        }
    }

    @Test
    void whoseTurnItIsDoesNotWaitForTheAnswersOfOthers() {
        var until = new CountDownLatch(1);
        node.with("a").with("b").with("c");
        lab.play(
                "play",
                List.of(NODE_1),
                new Chain(List.of("a", "b", "c")),
                new AsksTheCluster(until));
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.StepDone) {
                        until.countDown();
                    }
                };
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.outcomes().getLast()).isEqualTo(new Outcome.InOrder("answer: true"));
    }

    @Test
    void theClusterIsLookedForOnceForAllThatAskAboutIt() {
        lab.cluster.there = false;
        lab.play(
                "play",
                List.of(MASTER),
                new ObjectThere("a"),
                new ObjectThere("b"),
                new ObjectThere("c"));
        lab.run(Mode.PREVIEW);
        assertThat(lab.done()).hasSize(3);
        assertThat(lab.cluster.lookedFor).isEqualTo(1);
    }

    @Test
    void evenAnErrorOfTheMachineryEndsTheWait() {
        node.understands(
                "test -e a",
                _ -> {
                    throw new NoClassDefFoundError("x");
                });
        lab.play("play", List.of(NODE_1), new FileThere("a"));
        assertThat(lab.apply().defects()).singleElement().asString().contains("NoClassDefFound");
    }

    /** Looks at one file and wants another accordingly; removes it again if it is not wanted. */
    record Depends(String on, String file) implements Step {
        @Override
        public String title() {
            return file + " is there if " + on + " is";
        }

        @Override
        public Diff diff(Target target) {
            boolean wanted = target.ask(new Exists(on));
            boolean there = wanted && target.ask(new Exists(file));
            if (!wanted) {
                there = target.ask(new Exists(file));
            }
            if (wanted == there) {
                return Diff.inOrder("as wanted");
            }
            return Diff.needs(wanted ? Steps.touch(file) : Steps.run("rm", file));
        }
    }

    /** What one step after the other would do. */
    private static List<String> oneByOne(List<Step> steps, Set<String> files) {
        var changes = new ArrayList<String>();
        for (Step step : steps) {
            switch (step) {
                case FileThere(String file) -> touch(file, files, changes);
                case Chain(List<String> all) -> all.forEach(f -> touch(f, files, changes));
                case Depends(String on, String file) -> {
                    if (files.contains(on)) {
                        touch(file, files, changes);
                    } else if (files.remove(file)) {
                        changes.add("rm " + file);
                    }
                }
                default -> throw new IllegalStateException(step.title());
            }
        }
        return changes;
    }

    private static void touch(String file, Set<String> files, List<String> changes) {
        if (files.add(file)) {
            changes.add("touch " + file);
        }
    }

    private static List<Step> randomSteps(Random random) {
        var steps = new ArrayList<Step>();
        for (int i = random.nextInt(1, 15); i > 0; i--) {
            steps.add(
                    switch (random.nextInt(3)) {
                        case 0 -> new FileThere(file(random));
                        case 1 -> new Chain(List.of(file(random), file(random), file(random)));
                        default -> depends(random);
                    });
        }
        return steps;
    }

    private static Step depends(Random random) {
        String on = file(random);
        String file = file(random);
        return on.equals(file) ? new FileThere(file) : new Depends(on, file);
    }

    private static String file(Random random) {
        return String.valueOf((char) ('a' + random.nextInt(8)));
    }

    @RepeatedTest(200)
    void theResultIsThatOfOneStepAfterTheOther(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var hosts = List.of(VIRTHOST, MASTER, NODE_1, NODE_2);
        var expected = new ArrayList<List<String>>();
        var expectedFiles = new ArrayList<Set<String>>();
        for (var host : hosts) {
            Set<String> files = new HashSet<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                files.add(file(random));
            }
            files.forEach(lab.hosts.of(host.name())::with);
            List<Step> steps = randomSteps(random);
            int half = steps.size() / 2;
            lab.play(
                    "first half of " + host,
                    List.of(host),
                    steps.subList(0, half).toArray(Step[]::new));
            lab.play(
                    "second half of " + host,
                    List.of(host),
                    steps.subList(half, steps.size()).toArray(Step[]::new));
            expected.add(oneByOne(steps, files));
            expectedFiles.add(files);
        }
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        for (int i = 0; i < hosts.size(); i++) {
            FakeHosts.FakeHost host = lab.hosts.of(hosts.get(i).name());
            assertThat(host.changes).isEqualTo(expected.get(i));
            for (char c = 'a'; c < 'i'; c++) {
                String file = String.valueOf(c);
                assertThat(host.has(file)).isEqualTo(expectedFiles.get(i).contains(file));
            }
        }
    }
}
