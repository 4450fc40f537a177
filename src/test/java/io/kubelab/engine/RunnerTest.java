package io.kubelab.engine;

import static io.kubelab.engine.TestLab.EMULATED;
import static io.kubelab.engine.TestLab.MASTER;
import static io.kubelab.engine.TestLab.NODE_1;
import static io.kubelab.engine.TestLab.NODE_2;
import static io.kubelab.engine.TestLab.VIRTHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Steps.Always;
import io.kubelab.engine.Steps.Awaited;
import io.kubelab.engine.Steps.Chain;
import io.kubelab.engine.Steps.Exists;
import io.kubelab.engine.Steps.FileThere;
import io.kubelab.engine.Steps.MachineRuns;
import io.kubelab.engine.Steps.Made;
import io.kubelab.engine.Steps.NeedsProgram;
import io.kubelab.engine.Steps.ObjectThere;
import io.kubelab.engine.Steps.Read;
import io.kubelab.engine.Steps.Throws;
import io.kubelab.engine.Steps.Written;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.NotConverged;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.TimedOut;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RunnerTest {
    private final TestLab lab = new TestLab();

    @Test
    void theFirstRunChangesAndTheSecondDoesNot() {
        lab.play("files", List.of(NODE_1, NODE_2), new FileThere("a"), new FileThere("b"));
        lab.hosts.of("kube-node-2").with("a");

        RunOutcome first = lab.apply();
        assertThat(first.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done())
                .containsExactlyInAnyOrder(
                        "kube-node-1 a is there Changed",
                        "kube-node-1 b is there Changed",
                        "kube-node-2 a is there InOrder",
                        "kube-node-2 b is there Changed");
        assertThat(first.counts())
                .containsEntry("kube-node-1", new Tally.Counts(2, 2, 0, 0, 0))
                .containsEntry("kube-node-2", new Tally.Counts(2, 1, 0, 0, 0));

        assertThat(lab.apply().changed()).isZero();
    }

    @Test
    void allThatPreflightsFindIsToldAndNothingIsTouched() {
        lab.play("files", List.of(MASTER, NODE_1), new FileThere("a"))
                .preflight("fit", List.of(VIRTHOST), brought("x"), brought("y"), brought("z"))
                .preflight("nodes are fit", List.of(NODE_1), brought("n"));
        lab.hosts.of("virt").with("y");
        for (Mode mode : Mode.values()) {
            RunOutcome outcome = lab.run(mode);
            assertThat(outcome.ending()).isEqualTo(Ending.FAILED);
            assertThat(outcome.failures().stream().map(Throwable::getMessage))
                    .containsExactlyInAnyOrder(
                            "virt: there is no x; bring it",
                            "virt: there is no z; bring it",
                            "kube-node-1: there is no n; bring it");
            assertThat(lab.done())
                    .containsExactlyInAnyOrder(
                            "virt x was brought Failed",
                            "virt y was brought InOrder",
                            "virt z was brought Failed",
                            "kube-node-1 n was brought Failed",
                            "kube-master skips 1 of files",
                            "kube-node-1 skips 1 of files");
        }
        assertThat(lab.hosts.of("virt").roundTrips()).isEqualTo(2);
        assertThat(lab.hosts.of("virt").changes).isEmpty();
        assertThat(lab.hosts.of("kube-master").changes).isEmpty();

        lab.hosts.of("virt").with("x").with("z");
        lab.hosts.of("kube-node-1").with("n");
        assertThat(lab.apply().changed()).isEqualTo(2);
    }

    @Test
    void theRunOpensOnceWhenAllPreflightsHavePassed() {
        lab.play("files", List.of(MASTER, NODE_1), new FileThere("a"))
                .play("more", List.of(NODE_1), new FileThere("b"))
                .preflight("fit", List.of(VIRTHOST, NODE_1), brought("x"));
        var openings = new ArrayList<List<String>>();
        Runnable opening = () -> openings.add(lab.done());
        lab.hosts.of("virt").with("x");
        lab.run(Mode.APPLY, opening);
        lab.run(Mode.PREVIEW, opening);
        assertThat(openings).isEmpty();

        lab.hosts.of("kube-node-1").with("x");
        lab.run(Mode.PREVIEW, opening);
        assertThat(openings).isEmpty();
        lab.run(Mode.APPLY, opening);
        assertThat(openings)
                .singleElement(InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrder(
                        "virt x was brought InOrder", "kube-node-1 x was brought InOrder");
        assertThat(lab.done()).hasSize(5);
    }

    @Test
    void nothingIsTouchedIfTheRunCannotOpen() {
        lab.play("files", List.of(MASTER, NODE_1), new FileThere("a"));
        var full = new CommandFailed("localhost", "write", 1, "no space", "Make room.");
        assertThatThrownBy(() ->
                        lab.run(
                                Mode.APPLY,
                                () -> {
                                    throw full;
                                }))
                .isSameAs(full);
        assertThat(lab.hosts.of("kube-master").changes).isEmpty();
        assertThat(lab.hosts.of("kube-node-1").changes).isEmpty();
        assertThat(lab.events.getLast())
                .isInstanceOfSatisfying(
                        RunEvent.RunFinished.class,
                        end -> assertThat(end.ending()).isEqualTo(Ending.FAILED));
    }

    @Test
    void aHostThatCannotBeAskedIsToldOnceAndTheOthersAreAskedAllTheSame() {
        lab.preflight("fit", List.of(VIRTHOST, NODE_1), brought("x"), brought("y"));
        lab.hosts.cutOff("virt");
        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures())
                .hasSize(3)
                .filteredOn(Unreachable.class::isInstance)
                .hasSize(1);
    }

    private static Steps.Brought brought(String file) {
        return new Steps.Brought(file);
    }

    @Test
    void factsThatAreAskedTogetherCostOneRoundTrip() {
        lab.hosts.of("kube-node-1").with("a").with("b").with("c");
        lab.play(
                "files",
                List.of(NODE_1),
                new Steps.Together(List.of("a", "b", "a"), "c"),
                new Steps.Together(List.of("b"), "c"),
                new Steps.Chain(List.of("a", "c")));

        RunOutcome outcome = lab.apply();

        assertThat(outcome.changed()).isZero();
        assertThat(lab.hosts.of("kube-node-1").roundTrips()).isEqualTo(2);
    }

    @Test
    void theSameNeedsAgainAreADefectOfTheStep() {
        lab.play("play", List.of(NODE_1), new Always(Steps.touch("a")), new FileThere("b"));
        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures()).singleElement().isInstanceOf(NotConverged.class);
        assertThat(outcome.failures().getFirst())
                .hasMessageContaining("kube-node-1: 'run touch a'");
        assertThat(lab.hosts.of("kube-node-1").changes).containsExactly("touch a");
        assertThat(lab.done())
                .containsExactly("kube-node-1 run touch a Failed", "kube-node-1 skips 1 of play");
    }

    /** A step whose needs are never the same. */
    record Counting(int[] rounds) implements Step {
        @Override
        public String title() {
            return "it counts";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.needs(Steps.touch("file-" + rounds[0]++));
        }
    }

    @Test
    void needsThatNeverEndAreADefectToo() {
        lab.play("play", List.of(NODE_1), new Counting(new int[] {0}));
        assertThat(lab.apply().failures()).singleElement().isInstanceOf(NotConverged.class);
    }

    @Test
    void needsMayComeInTurns() {
        lab.play("play", List.of(NODE_1), new Chain(List.of("a", "b", "c")));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.hosts.of("kube-node-1").changes)
                .containsExactly("touch a", "touch b", "touch c");
        assertThat(((Outcome.Changed) lab.outcomes().getFirst()).changes()).hasSize(3);
    }

    @Test
    void aCommandThatFailsShowsItsOutputAndTheRemedy() {
        lab.play("play", List.of(NODE_1), new Made("a", Steps.run("false")));
        RunOutcome outcome = lab.apply();
        assertThat(outcome.ending()).isEqualTo(Ending.FAILED);
        var failure = (CommandFailed) outcome.failures().getFirst();
        assertThat(failure).hasMessage("kube-node-1: 'false' ended with status 1");
        assertThat(failure.evidence()).isEqualTo("an error\nsome output");
        assertThat(failure.remedy()).isEqualTo("Mend it by hand.");
    }

    @Test
    void aCommandThatRunsIntoItsLimitTimedOut() {
        lab.play("play", List.of(NODE_1), new Made("a", Steps.run("slow")));
        assertThat(lab.apply().failures())
                .singleElement()
                .isInstanceOf(TimedOut.class)
                .asString()
                .contains("kube-node-1: waited 5 s for 'slow' to end");
    }

    @Test
    void aFailedHostBlocksWhatWaitsForItAndTheOthersFinish() {
        lab.play("one", List.of(NODE_1, NODE_2), new Made("a", new Maybe("a").change()));
        lab.play("two", List.of(NODE_1, NODE_2), new FileThere("b"));
        lab.playAfter("three", List.of("two"), List.of(MASTER), new FileThere("c"));
        lab.play("four", List.of(MASTER), new FileThere("d"));
        lab.playAfter("five", List.of(), List.of(VIRTHOST), new FileThere("e"));
        lab.hosts.of("kube-node-2").understands("maybe", host -> host.with("a"));

        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures()).hasSize(1);
        assertThat(lab.done())
                .containsExactlyInAnyOrder(
                        "kube-node-1 a is made Failed",
                        "kube-node-1 skips 1 of two",
                        "kube-node-2 a is made Changed",
                        "kube-node-2 b is there Changed",
                        "kube-master skips 1 of three",
                        "kube-master skips 1 of four",
                        "virt e is there Changed");
        assertThat(outcome.counts().get("kube-master")).isEqualTo(new Tally.Counts(0, 0, 0, 0, 2));
    }

    private record Maybe(String file) {
        Change change() {
            return Steps.run("maybe");
        }
    }

    @Test
    void aHostThatCannotBeReachedFailsAlone() {
        lab.play("one", List.of(NODE_1, NODE_2), new FileThere("a"));
        lab.hosts.cutOff("kube-node-1");
        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures()).singleElement().isInstanceOf(Unreachable.class);
        assertThat(outcome.counts().get("kube-node-1")).isEqualTo(new Tally.Counts(0, 0, 1, 0, 0));
        assertThat(outcome.counts().get("kube-node-2")).isEqualTo(new Tally.Counts(1, 1, 0, 0, 0));
    }

    @Test
    void anApiServerThatHasJustStartedIsWaitedFor() {
        lab.play("one", List.of(MASTER), new ObjectThere("a"));
        lab.cluster.starting = 5;
        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.changed()).isEqualTo(1);
        assertThat(lab.cluster.starting).isZero();
    }

    @Test
    void anApiServerIsWaitedForThoughItsHostDoesNotAnswer() {
        lab.play("one", List.of(MASTER), new ObjectThere("a"));
        lab.hosts.cutOff("kube-master");
        lab.cluster.starting = 3;
        assertThat(lab.apply().changed()).isEqualTo(1);
    }

    @Test
    void anApiServerThatStartsAnewDuringAChangeIsGivenItAgain() {
        lab.play("one", List.of(MASTER), new ObjectThere("a"));
        lab.cluster.startsAnewBeforeIt("a", 3);
        assertThat(lab.apply().changed()).isEqualTo(1);
        assertThat(lab.apply().changed()).isZero();
    }

    @Test
    void anApiServerThatNeverServesEndsTheRunWithItsLastWords() {
        lab.play("one", List.of(MASTER), new ObjectThere("a"));
        lab.cluster.starting = Integer.MAX_VALUE;
        assertThat(lab.apply().failures())
                .singleElement()
                .isInstanceOfSatisfying(
                        TimedOut.class,
                        e -> {
                            assertThat(e).hasMessageContaining("the API server to serve");
                            assertThat(e.evidence()).contains("forbidden");
                        });
    }

    @Test
    void aPreviewDoesNotWaitForAnApiServer() {
        lab.play("one", List.of(MASTER), new ObjectThere("a"));
        lab.cluster.starting = Integer.MAX_VALUE;
        assertThat(lab.run(Mode.PREVIEW).failures()).singleElement().isInstanceOf(NotServing.class);
    }

    @Test
    void whatBreaksIsADefectAndOthersFinish() {
        lab.play("one", List.of(NODE_1), new Throws(new IllegalStateException("oops")));
        lab.play("two", List.of(NODE_2), new FileThere("a"));
        RunOutcome outcome = lab.apply();
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.defects())
                .singleElement()
                .hasToString("java.lang.IllegalStateException: oops");
        assertThat(lab.hosts.of("kube-node-2").has("a")).isTrue();
        assertThat(outcome.ending()).isEqualTo(Ending.FAILED);
    }

    @Test
    void aPlayOnAnotherHostHasALineForEachOfItsSubjects() {
        lab.play(
                "machines",
                List.of(),
                Optional.of(VIRTHOST),
                List.of(NODE_1, NODE_2),
                new OwnFile());
        lab.apply();
        assertThat(lab.done())
                .containsExactlyInAnyOrder(
                        "kube-node-1 own file Changed", "kube-node-2 own file Changed");
        assertThat(lab.hosts.of("virt").changes)
                .containsExactlyInAnyOrder("touch kube-node-1", "touch kube-node-2");
    }

    /** A file named for the host. */
    record OwnFile() implements Step {
        @Override
        public String title() {
            return "own file";
        }

        @Override
        public Diff diff(Target target) {
            return new FileThere(target.host().name()).diff(target);
        }
    }

    /** Waits until somebody else counts down. */
    record Meets(String file) implements Step {
        @Override
        public String title() {
            return "meets " + file;
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new Exists(file))
                    ? Diff.inOrder("met")
                    : Diff.needs(Steps.run("meet", file));
        }
    }

    @Test
    void twoPlaysOfOneHostRunAtOnceIfNeitherWaitsForTheOther() {
        var both = new CountDownLatch(2);
        for (String file : List.of("a", "b")) {
            lab.hosts.of("kube-master").understands("meet " + file, host -> meet(both, host, file));
        }
        lab.play("start", List.of(MASTER), new FileThere("s"));
        lab.playAfter("one", List.of("start"), List.of(MASTER), new Meets("a"));
        lab.playAfter("two", List.of("start"), List.of(MASTER), new Meets("b"));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
    }

    private static void meet(CountDownLatch both, FakeHosts.FakeHost host, String file) {
        both.countDown();
        try {
            if (both.await(10, TimeUnit.SECONDS)) {
                host.with(file);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks about another host. */
    record Curious(Host other) implements Step {
        @Override
        public String title() {
            return "curious";
        }

        @Override
        public Diff diff(Target target) {
            return target.facts().of(other, new Exists("a"))
                    ? Diff.inOrder("seen")
                    : Diff.needs(Steps.touch("not-seen"));
        }
    }

    @Test
    void anotherHostIsSeenAsItsPlayLeftIt() {
        lab.play("one", List.of(MASTER), new FileThere("a"));
        lab.playAfter("two", List.of("one"), List.of(NODE_1), new Curious(MASTER));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.hosts.of("kube-node-1").changes).isEmpty();
    }

    @Test
    void anotherHostThatMayBeChangingMustNotBeAskedAbout() {
        lab.play("one", List.of(MASTER), new FileThere("a"));
        lab.play("two", List.of(NODE_1), new Curious(MASTER));
        assertThat(lab.apply().failures())
                .singleElement()
                .isInstanceOf(InvalidInput.class)
                .asString()
                .contains("test.yml:2:3: 'two' asks about kube-master");
    }

    @Test
    void whatComesByItselfIsWaitedForByAskingAgain() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7))),
                new FileThere("b"));
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.StepProgress) {
                        lab.hosts.of("kube-node-1").with("a");
                    }
                };
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.clock.passed()).isEqualTo(Duration.ofSeconds(7));
        assertThat(lab.done())
                .containsExactly(
                        "kube-node-1 a has come InOrder", "kube-node-1 b is there Changed");
        assertThat(lab.events)
                .contains(new RunEvent.StepProgress("play", NODE_1, "a has come", "waits for a"));
    }

    @Test
    void patienceEnds() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7))));
        assertThat(lab.apply().failures())
                .singleElement()
                .isInstanceOf(TimedOut.class)
                .asString()
                .contains("kube-node-1: waited 60 s for a");
        assertThat(lab.clock.passed()).isEqualTo(Duration.ofSeconds(60));
    }

    /** No step and no test knows of it. */
    @Test
    void emulatedMachinesMayTakeFiveTimesAsLong() {
        lab.emulates().play("limit", List.of(EMULATED), new Made("a", Steps.run("slow")));
        assertThat(lab.apply().failures())
                .singleElement()
                .asString()
                .contains("slow: waited 25 s for 'slow' to end");
        lab.plays.clear();
        lab.play(
                "patience",
                List.of(EMULATED),
                new Awaited("b", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7))));
        assertThat(lab.apply().failures())
                .singleElement()
                .asString()
                .contains("slow: waited 300 s for b");
    }

    /** A container in an emulated machine: no setting knows. */
    @Test
    void whoSaysThatHeIsEmulatedMayTakeAsLong() {
        lab.hosts.of("kube-node-1").answers("systemd-detect-virt --vm", "qemu\n");
        lab.hosts.of("kube-node-2").answers("systemd-detect-virt --vm", "kvm\n");
        var awaited =
                new Awaited("b", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7)));
        lab.play("patience", List.of(NODE_1, NODE_2), awaited);
        assertThat(lab.apply().failures())
                .extracting(String::valueOf)
                .satisfiesExactlyInAnyOrder(
                        node1 -> assertThat(node1).contains("kube-node-1: waited 300 s for b"),
                        node2 -> assertThat(node2).contains("kube-node-2: waited 60 s for b"));
    }

    @Test
    void anEventOfTheClusterEndsTheWait() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(60), new Wake.ClusterEvent("v1", "Node", "")));
        lab.cluster.whenAwaited(() -> lab.hosts.of("kube-node-1").with("a"));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.cluster.awaited).isEqualTo(1);
        assertThat(lab.clock.passed()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void anEventThatWasMissedCostsSecondsAndSwarmsOfEventsDoNotCostMoreLooks() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(60), new Wake.ClusterEvent("v1", "Node", "")));
        assertThat(lab.apply().failures()).hasSize(1);
        assertThat(lab.cluster.patience).allMatch(d -> d.compareTo(Duration.ofSeconds(5)) <= 0);
        assertThat(lab.cluster.patience.getFirst()).isEqualTo(Duration.ofSeconds(1));
        // an event every 10 ms in 60 s
        assertThat(lab.cluster.awaited).isBetween(1000, 1300);
    }

    @Test
    void withoutAClusterItsEventsAreWaitedForByTime() {
        lab.cluster.there = false;
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(10), new Wake.ClusterEvent("v1", "Node", "")));
        assertThat(lab.apply().failures()).hasSize(1);
        assertThat(lab.clock.passed()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whoDoesNotAnswerWhileBeingWaitedForIsWaitedForOn() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Awaited("a", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7))));
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.StepProgress) {
                        lab.hosts.cutOff("kube-node-1");
                    }
                };
        RunOutcome outcome = lab.apply();
        var failure = (TimedOut) outcome.failures().getFirst();
        assertThat(failure.evidence()).contains("no route to host");
        assertThat(lab.clock.passed()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void linesOfLongCommandsAreHeard() {
        lab.hosts.of("kube-node-1").understands("build", host -> host.with("a"));
        lab.play(
                "play",
                List.of(NODE_1),
                new Made(
                        "a",
                        new Change.RunLong(
                                "the-build",
                                Command.of("build"),
                                Duration.ofMinutes(5),
                                "Build it.")));
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.events)
                .contains(new RunEvent.Output("play", NODE_1, "a is made", "doing the-build"));
    }

    @Test
    void aMachineThatWasStartedIsConnectedToAnew() {
        lab.play("machines", List.of(), Optional.of(VIRTHOST), List.of(NODE_1), new MachineRuns());
        assertThat(lab.apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.hosts.forgotten).containsExactly("kube-node-1");
        assertThat(lab.machines.onVirtualThread).isNotEmpty().containsOnly(false);
    }

    @Test
    void objectsAreApplied() {
        lab.play("objects", List.of(MASTER), new ObjectThere("one"), new ObjectThere("two"));
        assertThat(lab.apply().changed()).isEqualTo(2);
        assertThat(lab.apply().changed()).isZero();
    }

    @Test
    void aPreviewChangesNothingAndGoesOn() {
        lab.play(
                "play",
                List.of(NODE_1),
                new FileThere("a"),
                new Awaited("b", Duration.ofSeconds(60), new Wake.Every(Duration.ofSeconds(7))),
                new FileThere("c"),
                new NeedsProgram("c"));
        lab.hosts.of("kube-node-1").with("c").answers("c", "C");
        RunOutcome outcome = lab.run(Mode.PREVIEW);
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done())
                .containsExactly(
                        "kube-node-1 a is there WouldChange",
                        "kube-node-1 b has come WouldWait",
                        "kube-node-1 c is there InOrder",
                        "kube-node-1 c works InOrder");
        assertThat(lab.hosts.of("kube-node-1").changes).isEmpty();
        assertThat(lab.clock.passed()).isZero();
    }

    @Test
    void aPreviewDoesNotTrustAFileThatWouldBeWritten() {
        lab.play(
                "play",
                List.of(NODE_1),
                new Written("/etc/a", "new"),
                new Read("/etc/a"),
                new Read("/etc/b"));
        lab.hosts.of("kube-node-1").with("/etc/a").with("/etc/b");
        lab.hosts.of("kube-node-1").answers("cat /etc/a", "old").answers("cat /etc/b", "b");
        assertThat(lab.run(Mode.PREVIEW).ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done())
                .containsExactly(
                        "kube-node-1 /etc/a is written WouldChange",
                        "kube-node-1 /etc/a is read Undecided",
                        "kube-node-1 /etc/b is read InOrder");
    }

    @Test
    void aPreviewDoesNotWaitForAMachineThatWouldBeStarted() {
        lab.play(
                        "machines",
                        List.of(),
                        Optional.of(VIRTHOST),
                        List.of(NODE_1, MASTER),
                        new MachineRuns())
                .play("inside", List.of(NODE_1, MASTER), new FileThere("a"), new FileThere("b"))
                .playAfter("cluster", List.of("inside"), List.of(MASTER), new ObjectThere("x"));
        List<String> expected =
                List.of(
                        "kube-node-1 the machine runs WouldChange",
                        "kube-node-1 a is there Undecided",
                        "kube-node-1 b is there Undecided",
                        "kube-master the machine runs WouldChange",
                        "kube-master a is there Undecided",
                        "kube-master b is there Undecided",
                        "kube-master object x WouldWait");
        assertThat(lab.run(Mode.PREVIEW).ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done()).containsExactlyInAnyOrderElementsOf(expected);

        lab.hosts.cutOff("kube-node-1");
        lab.hosts.cutOff("kube-master");
        int before = lab.hosts.attempts();
        assertThat(lab.run(Mode.PREVIEW).ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(lab.hosts.attempts()).isEqualTo(before);
    }

    @Test
    void aPreviewFailsWhereNothingWouldHelp() {
        lab.play("inside", List.of(NODE_1), new FileThere("a"), new FileThere("b"));
        lab.hosts.cutOff("kube-node-1");
        RunOutcome outcome = lab.run(Mode.PREVIEW);
        assertThat(outcome.failures()).singleElement().isInstanceOf(Unreachable.class);
        assertThat(lab.done())
                .containsExactly("kube-node-1 a is there Failed", "kube-node-1 skips 1 of inside");
    }

    @Test
    void aPreviewTriesAHostThatDoesNotAnswerOnce() {
        lab.play(
                        "network",
                        List.of(),
                        Optional.of(VIRTHOST),
                        List.of(NODE_1),
                        new FileThere("address"))
                .play("inside", List.of(NODE_1), new FileThere("a"), new FileThere("b"))
                .play("further in", List.of(NODE_1), new FileThere("c"));
        lab.hosts.cutOff("kube-node-1");
        assertThat(lab.run(Mode.PREVIEW).ending()).isEqualTo(Ending.COMPLETE);
        assertThat(lab.done())
                .containsExactly(
                        "kube-node-1 address is there WouldChange",
                        "kube-node-1 a is there Undecided",
                        "kube-node-1 b is there Undecided",
                        "kube-node-1 c is there Undecided");
        assertThat(lab.hosts.vainAttempts()).isEqualTo(1);
    }
}
