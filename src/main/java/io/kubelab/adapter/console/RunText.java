package io.kubelab.adapter.console;

import io.kubelab.adapter.console.Painter.Ink;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Tally;
import io.kubelab.inventory.Host;
import io.kubelab.step.Change;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The lines that stay: one for each step that changed something, took long or failed; the steps
 * that were in order are one line per play and host. At the end a recap as Ansible prints it.
 */
public final class RunText implements Reporter {
    /** A step that took this long has a line of its own, even if it was in order. */
    private static final Duration LONG = Duration.ofSeconds(1);

    private static final int CHANGES_IN_PREVIEW = 5;

    /** A failure early in a large run takes dozens of plays with it. */
    private static final int SKIPPED_BY_NAME = 3;

    private static final int STATUS_WIDTH = 7;
    private static final int WIDEST = 120;

    private final Terminal terminal;
    private final Painter painter;
    private final Verbosity verbosity;
    private final Consumer<String> line;

    private Tally tally = new Tally();
    private final Map<String, Integer> folded = new HashMap<>();
    private final Set<String> failures = new LinkedHashSet<>();
    private final Set<String> notices = new LinkedHashSet<>();
    private int hostWidth;
    private int skipped;

    /** Prints to the terminal's stream. */
    public RunText(Terminal terminal, Verbosity verbosity) {
        this(terminal, verbosity, line -> terminal.stream().println(line));
    }

    RunText(Terminal terminal, Verbosity verbosity, Consumer<String> line) {
        this.terminal = terminal;
        this.painter = terminal.painter();
        this.verbosity = verbosity;
        this.line = line;
    }

    @Override
    public void report(RunEvent event) {
        tally.report(event);
        switch (event) {
            case RunEvent.RunStarted e -> started(e);
            case RunEvent.StepDone e -> done(e);
            case RunEvent.StepProgress e -> {
                if (verbosity == Verbosity.VERBOSE) {
                    detail(e.host(), e.doing());
                }
            }
            case RunEvent.Output e -> {
                if (verbosity == Verbosity.VERBOSE) {
                    detail(e.host(), "| " + FailureText.printable(e.line()));
                }
            }
            case RunEvent.Noticed e -> notices.add(FailureText.printable(e.notice()));
            case RunEvent.PlayDone e -> fold(e.play(), e.host(), e.took());
            case RunEvent.PlaySkipped e -> {
                fold(e.play(), e.host(), Duration.ZERO);
                skipped++;
                if (skipped > SKIPPED_BY_NAME && verbosity == Verbosity.NORMAL) {
                    return;
                }
                status(
                        Ink.SKIPPED,
                        "skipped",
                        e.host(),
                        "%s (%s): %s".formatted(e.play(), steps(e.steps()), e.why()),
                        Duration.ZERO);
            }
            case RunEvent.RunFinished e -> finished(e);
            case RunEvent.PlayStarted _, RunEvent.StepStarted _ -> {}
        }
    }

    private void started(RunEvent.RunStarted run) {
        tally = new Tally();
        folded.clear();
        failures.clear();
        notices.clear();
        skipped = 0;
        hostWidth = run.hosts().stream().mapToInt(h -> h.name().length()).max().orElse(0);
        String hosts =
                run.hosts().size() == 1
                        ? run.hosts().getFirst().name()
                        : run.hosts().size() + " hosts";
        line.accept(
                painter.paint(Ink.STRONG, run.playbook())
                        + (run.mode() == Mode.PREVIEW ? " (preview: nothing is changed)" : "")
                        + " on "
                        + hosts);
    }

    private void done(RunEvent.StepDone step) {
        switch (step.outcome()) {
            case Outcome.InOrder(String why) -> inOrder(step, why);
            case Outcome.Changed(var changes) -> {
                status(Ink.CHANGED, "changed", step.host(), step.title(), step.took());
                if (verbosity == Verbosity.VERBOSE) {
                    changes.forEach(change -> detail(step.host(), change.shown()));
                }
            }
            case Outcome.WouldChange(var changes) -> {
                status(Ink.CHANGED, "would", step.host(), step.title(), Duration.ZERO);
                preview(step.host(), changes);
            }
            case Outcome.WouldWait(String what) ->
                    status(
                            Ink.CHANGED,
                            "wait",
                            step.host(),
                            step.title() + ": would wait for " + what,
                            Duration.ZERO);
            case Outcome.Undecided(String why) ->
                    status(
                            Ink.SKIPPED,
                            "later",
                            step.host(),
                            step.title() + ": can't be told yet, " + why,
                            Duration.ZERO);
            case Outcome.Failed(var failure) -> {
                status(Ink.BAD, "FAILED", step.host(), step.title(), step.took());
                FailureText.lines(failure, painter).forEach(l -> line.accept("  " + l));
                failures.add(String.valueOf(failure.getMessage()));
            }
            case Outcome.Defect(var cause) -> {
                status(Ink.BAD, "DEFECT", step.host(), step.title(), step.took());
                line.accept("  " + cause);
                failures.add(step.host() + ": a defect of kubelab: " + cause);
            }
        }
    }

    private void inOrder(RunEvent.StepDone step, String why) {
        if (verbosity == Verbosity.VERBOSE) {
            status(Ink.GOOD, "ok", step.host(), step.title() + ": " + why, step.took());
        } else if (step.took().compareTo(LONG) >= 0) {
            status(Ink.GOOD, "ok", step.host(), step.title(), step.took());
        } else {
            folded.merge(key(step.play(), step.host()), 1, Integer::sum);
        }
    }

    private void preview(Host host, List<Change> changes) {
        int shown = verbosity == Verbosity.VERBOSE ? changes.size() : CHANGES_IN_PREVIEW;
        changes.stream().limit(shown).forEach(change -> detail(host, change.shown()));
        if (changes.size() > shown) {
            detail(host, "and %d more (-v shows all)".formatted(changes.size() - shown));
        }
    }

    private void fold(String play, Host host, Duration took) {
        Integer count = folded.remove(key(play, host));
        if (count != null) {
            status(Ink.GOOD, "ok", host, "%s (%s)".formatted(play, steps(count)), took);
        }
    }

    private static String key(String play, Host host) {
        return host + " " + play;
    }

    private static String steps(int count) {
        return count == 1 ? "1 step" : count + " steps";
    }

    private void status(Ink ink, String status, Host host, String text, Duration took) {
        String head = pad(status, STATUS_WIDTH) + "  " + pad(host.name(), hostWidth) + "  ";
        String time = took.isZero() ? "" : "  " + Durations.shown(took);
        int width = Math.min(terminal.width(), WIDEST) - 1;
        int room = width - head.length() - time.length();
        line.accept(
                painter.paint(ink, pad(status, STATUS_WIDTH))
                        + head.substring(Math.max(STATUS_WIDTH, status.length()))
                        + (time.isEmpty() ? text : pad(text, room))
                        + painter.paint(Ink.FAINT, time));
    }

    /** Below a step's own line. */
    private void detail(Host host, String text) {
        line.accept(
                " ".repeat(STATUS_WIDTH + 2)
                        + pad(host.name(), hostWidth)
                        + painter.paint(Ink.FAINT, "    " + text));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private void finished(RunEvent.RunFinished run) {
        if (skipped > SKIPPED_BY_NAME && verbosity == Verbosity.NORMAL) {
            line.accept(
                    painter.paint(Ink.SKIPPED, "skipped")
                            + "  and %d more (-v names them)".formatted(skipped - SKIPPED_BY_NAME));
        }
        line.accept("");
        line.accept(painter.paint(Ink.STRONG, "RECAP"));
        int width = tally.hosts().keySet().stream().mapToInt(String::length).max().orElse(0);
        tally.hosts().forEach((host, counts) -> line.accept(recap(pad(host, width), counts)));
        if (verbosity == Verbosity.VERBOSE) {
            line.accept(
                    "round trips: "
                            + run.roundTrips().entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .collect(Collectors.joining(" ")));
        }
        notices.forEach(notice -> line.accept(painter.paint(Ink.CHANGED, "note: ") + notice));
        failures.forEach(failure -> line.accept(painter.paint(Ink.BAD, "failed: ") + failure));
        line.accept(
                "%s: %s (%s)%s"
                        .formatted(
                                run.playbook(),
                                summary(run),
                                Durations.shown(run.took()),
                                run.ending() == Ending.COMPLETE
                                        ? ""
                                        : "; the same command goes on from here"));
    }

    private String summary(RunEvent.RunFinished run) {
        int changed = tally.total().changed();
        return switch (run.ending()) {
            case FAILED -> painter.paint(Ink.BAD, "not finished");
            case STOPPED -> painter.paint(Ink.SKIPPED, "stopped");
            case COMPLETE ->
                    switch (run.mode()) {
                        case APPLY ->
                                changed == 0
                                        ? "nothing changed"
                                        : steps(changed) + " changed something";
                        case PREVIEW ->
                                changed == 0
                                        ? "nothing would change"
                                        : steps(changed) + " would change something";
                    };
        };
    }

    /** As Ansible's own, for eyes and scripts that know it. */
    private String recap(String host, Tally.Counts counts) {
        Ink ink =
                counts.failed() + counts.unreachable() > 0
                        ? Ink.BAD
                        : counts.changed() > 0 ? Ink.CHANGED : Ink.GOOD;
        return painter.paint(ink, host)
                + " : "
                + count(Ink.GOOD, "ok", counts.ok())
                + count(Ink.CHANGED, "changed", counts.changed())
                + count(Ink.BAD, "unreachable", counts.unreachable())
                + count(Ink.BAD, "failed", counts.failed())
                + count(Ink.SKIPPED, "skipped", counts.skipped()).stripTrailing();
    }

    private String count(Ink ink, String what, int count) {
        String text = pad(what + "=" + count, what.length() + 6);
        return count == 0 ? text : painter.paint(ink, text);
    }
}
