package io.kubelab.adapter.console;

import static io.kubelab.adapter.console.Story.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTextTest {
    private final Story story = new Story();

    private String told(Verbosity verbosity, List<RunEvent> events) {
        var text = new RunText(Terminal.none(story.stream), verbosity);
        events.forEach(text::report);
        return story.printed();
    }

    @Test
    void aRunIsToldInFewLines() {
        assertThat(told(Verbosity.NORMAL, Story.run()))
                .isEqualTo(
                        """
                        kube-install on 2 hosts
                        ok       kube-master  the API server answers                               14 s
                        changed  kube-master  containerd is configured                             41 s
                        ok       kube-master  Control plane (2 steps)                              56 s
                        FAILED   node-1       the node has joined                                 3.2 s
                          error: node-1: 'kubeadm join' ended with status 1
                            | [preflight] no
                            | connection refused
                          remedy: Look at the control plane.
                        skipped  node-1       Workers join (2 steps): an earlier step of the play failed

                        RECAP
                        kube-master : ok=4    changed=1    unreachable=0    failed=0    skipped=0
                        node-1      : ok=0    changed=0    unreachable=0    failed=1    skipped=2
                        failed: node-1: 'kubeadm join' ended with status 1
                        kube-install: not finished (1 min 12 s); the same command goes on from here
                        """);
    }

    @Test
    void verboseTellsEachStepEachChangeAndTheRoundTrips() {
        assertThat(told(Verbosity.VERBOSE, Story.run()))
                .contains("ok       kube-master  a: found")
                .contains("\n         kube-master    write /etc/secret (0600 root:root)\n")
                .contains("\n         kube-master    | red\n")
                .contains("round trips: kube-master=4")
                .doesNotContain("(2 steps)\n")
                .doesNotContain("hunter2");
    }

    @Test
    void whereNothingChangedItSaysSo() {
        assertThat(
                        told(
                                Verbosity.NORMAL,
                                List.of(
                                        new RunEvent.RunStarted(
                                                "kube-install", Mode.APPLY, List.of(MASTER)),
                                        new RunEvent.PlayStarted("p", MASTER, 1),
                                        Story.done(MASTER, "p", "a", new Outcome.InOrder("x"), 3),
                                        new RunEvent.PlayDone("p", MASTER, Duration.ofMillis(12)),
                                        new RunEvent.RunFinished(
                                                "kube-install",
                                                Mode.APPLY,
                                                Ending.COMPLETE,
                                                Duration.ofMillis(812),
                                                Map.of()))))
                .isEqualTo(
                        """
                        kube-install on kube-master
                        ok       kube-master  p (1 step)                                          0.0 s

                        RECAP
                        kube-master : ok=1    changed=0    unreachable=0    failed=0    skipped=0
                        kube-install: nothing changed (0.8 s)
                        """);
    }

    @Test
    void whatTwoStepsFoundIsOneFailure() {
        var wrong = new Outcome.Failed(new InvalidInput("image_url", "there is no such file"));
        assertThat(
                        told(
                                Verbosity.NORMAL,
                                List.of(
                                        new RunEvent.RunStarted("x", Mode.APPLY, List.of(MASTER)),
                                        Story.done(MASTER, "p", "a", wrong, 1),
                                        Story.done(MASTER, "p", "b", wrong, 1),
                                        new RunEvent.RunFinished(
                                                "x",
                                                Mode.APPLY,
                                                Ending.FAILED,
                                                Duration.ofSeconds(1),
                                                Map.of()))))
                .containsOnlyOnce("\nfailed: image_url: there is no such file\n");
    }

    @Test
    void whatAFailureTakesWithItIsCounted() {
        List<RunEvent> events =
                IntStream.range(0, 8)
                        .<RunEvent>mapToObj(i ->
                                new RunEvent.PlaySkipped(
                                        "p" + i, MASTER, 2, "it waits for 'q' on kube-master"))
                        .collect(Collectors.toCollection(ArrayList::new));
        events.addFirst(new RunEvent.RunStarted("x", Mode.APPLY, List.of(MASTER)));
        events.addLast(
                new RunEvent.RunFinished(
                        "x", Mode.APPLY, Ending.FAILED, Duration.ofSeconds(1), Map.of()));
        assertThat(told(Verbosity.NORMAL, events))
                .contains("  p2 (2 steps): it waits for 'q' on kube-master\n")
                .contains("\nskipped  and 5 more (-v names them)\n\nRECAP\n")
                .doesNotContain("p3 (");
        assertThat(told(Verbosity.VERBOSE, events)).contains("  p7 (2 steps)");
    }

    @Test
    void aPreviewListsChangesAndWhatCannotBeTold() {
        var many =
                IntStream.range(0, 8)
                        .<Change>mapToObj(i -> new Change.Remove("/tmp/" + i))
                        .toList();
        String told =
                told(
                        Verbosity.NORMAL,
                        List.of(
                                new RunEvent.RunStarted("x", Mode.PREVIEW, List.of(MASTER)),
                                new RunEvent.PlayStarted("p", MASTER, 3),
                                Story.done(MASTER, "p", "a", new Outcome.WouldChange(many), 3),
                                Story.done(MASTER, "p", "b", new Outcome.WouldWait("rain"), 3),
                                Story.done(
                                        MASTER,
                                        "p",
                                        "c",
                                        new Outcome.Undecided("kube-master: not running"),
                                        3),
                                new RunEvent.RunFinished(
                                        "x",
                                        Mode.PREVIEW,
                                        Ending.COMPLETE,
                                        Duration.ofSeconds(1),
                                        Map.of())));
        assertThat(told)
                .startsWith("x (preview: nothing is changed) on kube-master\n")
                .contains("\nwould    kube-master  a\n")
                .contains("\n         kube-master    remove /tmp/4\n")
                .doesNotContain("/tmp/5")
                .contains("\n         kube-master    and 3 more (-v shows all)\n")
                .contains("\nwait     kube-master  b: would wait for rain\n")
                .contains(
                        "\nlater    kube-master  c: can't be told yet, kube-master: not running\n")
                .contains(
                        "kube-master : ok=2    changed=1    unreachable=0    failed=0    skipped=1")
                .endsWith("x: 1 step would change something (1.0 s)\n");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        var tty = Optional.of(Path.of("/dev/null"));
        var names = Map.of("TERM", "xterm");
        assertThat(Terminal.of(story.stream, tty, names).painter()).isEqualTo(Painter.ANSI);
        assertThat(Terminal.of(story.stream, tty, names).isLive()).isTrue();
        var noColour = Map.of("TERM", "xterm", "NO_COLOR", "1");
        assertThat(Terminal.of(story.stream, tty, noColour).painter()).isEqualTo(Painter.PLAIN);
        assertThat(Terminal.of(story.stream, tty, noColour).isLive()).isTrue();
        assertThat(Terminal.of(story.stream, tty, Map.of("TERM", "dumb")).isLive()).isFalse();
        assertThat(Terminal.of(story.stream, tty, Map.of()).isLive()).isFalse();
        assertThat(Terminal.of(story.stream, Optional.empty(), names).isLive()).isFalse();
        assertThat(Painter.ANSI.paint(Painter.Ink.GOOD, "ok")).isEqualTo("\u001b[32mok\u001b[0m");
    }
}
