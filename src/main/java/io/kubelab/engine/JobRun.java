package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.engine.Plan.Job;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.LabException;
import io.kubelab.failure.NotConverged;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.TimedOut;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.playbook.Play;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the steps of one play for one host. */
final class JobRun {
    /** Different needs each time, so often, are not on the way to anything either. */
    private static final int ROUNDS = 10;

    /** An event may fall between looking and listening: look again anyway after this time… */
    private static final Duration SHORTEST_LISTENING = Duration.ofSeconds(1);

    /** … growing to this. */
    private static final Duration LONGEST_LISTENING = Duration.ofSeconds(5);

    /** Events may come in swarms. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** An API server whose machine is not emulated is back after half of it. */
    private static final Diff.Pending API_SERVER =
            new Diff.Pending(
                    "the API server to serve",
                    Duration.ofMinutes(1),
                    new Wake.Every(Duration.ofSeconds(1)),
                    "Is the control plane up? Look at 'crictl ps' there, then run the same command again.");

    private final Runner.Run run;
    private final Job job;
    private final LookAhead lookAhead;

    /** Whether something before the current step would be changed, in a preview. */
    private boolean would;

    /** The last change that this job or one that it waited for made or saw. */
    private long since;

    /** How a job ended, for those that wait for it. */
    record Result(Job job, State state, boolean would, long since) {
        enum State {
            DONE,
            FAILED,
            SKIPPED,
            STOPPED
        }
    }

    JobRun(Runner.Run run, Job job) {
        this.run = run;
        this.job = job;
        this.lookAhead =
                new LookAhead(
                        run.facts(),
                        run.plan(),
                        job,
                        run.lab(),
                        run.ports(),
                        preview() || preflight()
                                ? LookAhead.Errors.FINAL
                                : LookAhead.Errors.THROWN_AWAY);
    }

    Job job() {
        return job;
    }

    Host place() {
        return job.place();
    }

    /** Looks at all steps before it is this job's turn. */
    void lookAhead() {
        lookAhead.begin();
    }

    Result run(List<Result> earlier) {
        would = earlier.stream().anyMatch(Result::would);
        since = earlier.stream().mapToLong(Result::since).max().orElse(0);
        lookAhead.turn(since, would);
        try {
            return run(earlier.stream().filter(r -> r.state() != Result.State.DONE).findFirst());
        } finally {
            lookAhead.abandon();
        }
    }

    private Result run(Optional<Result> obstacle) {
        if (run.cancellation().stage() != Cancellation.Stage.RUNNING) {
            return givenUp(0, Result.State.STOPPED, "stopped by the user");
        }
        if (obstacle.isPresent()) {
            return givenUp(
                    0,
                    Result.State.SKIPPED,
                    "it waits for %s, which was not finished".formatted(obstacle.get().job()));
        }
        if (!preview() && !preflight() && !run.opening().succeeds()) {
            return givenUp(0, Result.State.SKIPPED, "what comes before the first change failed");
        }
        Instant start = run.clock().now();
        report(new RunEvent.PlayStarted(job.play().name(), job.host(), job.steps().size()));
        int index = 0;
        boolean met = true;
        try {
            for (; index < job.steps().size(); index++) {
                run.cancellation().check();
                switch (step(index)) {
                    case Outcome.Failed(InvalidInput _) when preflight() -> met = false;
                    case Outcome.Failed _, Outcome.Defect _ -> {
                        return givenUp(
                                index + 1,
                                Result.State.FAILED,
                                "an earlier step of the play failed");
                    }
                    case Outcome.InOrder _,
                            Outcome.Changed _,
                            Outcome.WouldChange _,
                            Outcome.WouldWait _,
                            Outcome.Undecided _ -> {}
                }
            }
        } catch (Stopped e) {
            return givenUp(index, Result.State.STOPPED, "stopped by the user");
        }
        if (!met) {
            return givenUp(index, Result.State.FAILED, "");
        }
        report(
                new RunEvent.PlayDone(
                        job.play().name(), job.host(), Duration.between(start, run.clock().now())));
        return new Result(job, Result.State.DONE, would, since);
    }

    private Result givenUp(int done, Result.State state, String why) {
        int left = job.steps().size() - done;
        if (left > 0) {
            report(new RunEvent.PlaySkipped(job.play().name(), job.host(), left, why));
        }
        return new Result(job, state, would, since);
    }

    private Outcome step(int index) throws Stopped {
        Step step = job.steps().get(index).step();
        Instant start = run.clock().now();
        report(new RunEvent.StepStarted(job.play().name(), job.host(), step.title()));
        Outcome outcome;
        try {
            outcome = preview() ? preview(index) : converge(index, step);
        } catch (RuntimeException e) {
            run.failures().add(e);
            outcome =
                    e instanceof LabException failure
                            ? new Outcome.Failed(failure)
                            : new Outcome.Defect(e);
        }
        report(
                new RunEvent.StepDone(
                        job.play().name(),
                        job.host(),
                        step.title(),
                        outcome,
                        Duration.between(start, run.clock().now())));
        return outcome;
    }

    /** All of its steps are looked at, whatever the others say. */
    private boolean preflight() {
        return job.play().kind() == Play.Kind.PREFLIGHT;
    }

    private boolean preview() {
        return run.mode() == Mode.PREVIEW;
    }

    private Outcome preview(int index) throws Stopped {
        try {
            Outcome outcome =
                    switch (lookAhead.verdict(index, run.cancellation())) {
                        case Diff.InOrder(String why, var notices) -> {
                            Optional<String> file = run.foreseen().firstOf(lookAhead.files());
                            if (file.isPresent()) {
                                yield new Outcome.Undecided(
                                        "an earlier step would write " + file.get());
                            }
                            notices.forEach(notice -> notice(index, notice));
                            yield new Outcome.InOrder(why);
                        }
                        case Diff.Needs(var changes) -> new Outcome.WouldChange(changes);
                        case Diff.Pending pending -> new Outcome.WouldWait(pending.what());
                    };
            if (outcome instanceof Outcome.WouldChange(var changes)) {
                for (Change change : changes) {
                    run.peers().wouldChange(change);
                    run.epochs().foresee(change);
                    run.foreseen().add(change, run.epochs().shell(job.place()));
                }
            }
            would |= !(outcome instanceof Outcome.InOrder);
            return outcome;
        } catch (InvalidInput e) {
            throw e;
        } catch (LabException e) {
            if (!would) {
                throw e;
            }
            return new Outcome.Undecided(String.valueOf(e.getMessage()));
        }
    }

    /** The one loop: look, make what is missing, look again, wait where only time helps. */
    private Outcome converge(int index, Step step) throws Stopped {
        var rounds = new ArrayList<List<Change>>();
        var waiting = new Waiting(step);
        while (true) {
            switch (waiting.look(() -> lookAhead.verdict(index, run.cancellation()))) {
                case Diff.InOrder(String why, var notices) -> {
                    notices.forEach(notice -> notice(index, notice));
                    if (rounds.isEmpty()) {
                        lookAhead.wasInOrder();
                        return new Outcome.InOrder(why);
                    }
                    return new Outcome.Changed(rounds.stream().flatMap(List::stream).toList());
                }
                case Diff.Needs(var changes) -> {
                    if (rounds.contains(changes) || rounds.size() == ROUNDS) {
                        throw new NotConverged(job.host().name(), step.title(), shown(changes));
                    }
                    lookAhead.abandon();
                    try {
                        for (Change change : changes) {
                            apply(step, change);
                        }
                    } catch (NotServing e) {
                        await(waiting, waiting.insteadOf(e));
                        continue;
                    }
                    rounds.add(changes);
                    since = run.epochs().now();
                    lookAhead.restart(since, 1);
                    waiting = new Waiting(step);
                }
                case Diff.Pending pending -> await(waiting, pending);
            }
        }
    }

    private void await(Waiting waiting, Diff.Pending pending) throws Stopped {
        lookAhead.abandon();
        waiting.await(pending);
        since = run.epochs().tick();
        lookAhead.restart(since, 0);
    }

    private void notice(int index, String notice) {
        report(
                new RunEvent.Noticed(
                        job.play().name(),
                        job.host(),
                        job.steps().get(index).step().title(),
                        notice));
    }

    private void apply(Step step, Change change) throws Stopped {
        run.cancellation().check();
        progress(step, change.shown());
        try {
            run.cancellation()
                    .finish(
                            run.effects()
                                    .apply(
                                            change,
                                            job.place(),
                                            line ->
                                                    report(
                                                            new RunEvent.Output(
                                                                    job.play().name(),
                                                                    job.host(),
                                                                    step.title(),
                                                                    line))));
        } finally {
            run.peers().changed(change, job.place());
            run.epochs().move(change, job.place());
        }
    }

    private static String shown(List<Change> changes) {
        return changes.stream().map(Change::shown).collect(Collectors.joining("; "));
    }

    private void progress(Step step, String doing) {
        report(new RunEvent.StepProgress(job.play().name(), job.host(), step.title(), doing));
    }

    private void report(RunEvent event) {
        run.reporter().report(event);
    }

    /** Looks at a step. */
    private interface Look {
        Diff verdict() throws Stopped;
    }

    /** Patience: it lasts from the first time that there was nothing to do but wait. */
    private final class Waiting {
        private final Step step;
        private @Nullable Instant start;
        private Diff.@Nullable Pending last;
        private String evidence = "";

        private Waiting(Step step) {
            this.step = step;
        }

        /** While waiting, somebody who does not answer is nothing but a reason to wait on. */
        private Diff look(Look look) throws Stopped {
            try {
                evidence = "";
                return look.verdict();
            } catch (NotServing e) {
                return insteadOf(e);
            } catch (Unreachable e) {
                if (last == null) {
                    throw e;
                }
                evidence = String.valueOf(e.getMessage());
                return last;
            }
        }

        /** There is a cluster, so its API server will be back. */
        private Diff.Pending insteadOf(NotServing e) {
            evidence = String.valueOf(e.getMessage());
            return last == null ? API_SERVER : last;
        }

        private void await(Diff.Pending pending) throws Stopped {
            Instant now = run.clock().now();
            start = start == null ? now : start;
            Duration waited = Duration.between(start, now);
            Duration patience = run.peers().forChange(job.host(), job.place(), pending.patience());
            Duration left = patience.minus(waited);
            if (!left.isPositive()) {
                throw new TimedOut(
                        job.host().name(), pending.what(), patience, evidence, pending.remedy());
            }
            if (last == null || !last.what().equals(pending.what())) {
                progress(step, "waits for " + pending.what());
            }
            last = pending;
            run.cancellation().await(listen(pending.wakeBy(), waited, left));
            Duration listened = Duration.between(now, run.clock().now());
            if (listened.compareTo(BETWEEN_LOOKS) < 0) {
                run.cancellation().await(sleep(BETWEEN_LOOKS.minus(listened)));
            }
        }

        private CompletableFuture<Void> listen(Wake wake, Duration waited, Duration left) {
            Duration atMost =
                    least(
                            left,
                            least(LONGEST_LISTENING, SHORTEST_LISTENING.plus(waited.dividedBy(4))));
            return switch (wake) {
                case Wake.Every(Duration interval) -> sleep(least(left, interval));
                case Wake.MachineEvent _ ->
                        Background.runNative(() ->
                                orSleep(
                                        () -> run.peers().machines(job.place()).awaitChange(atMost),
                                        atMost));
                case Wake.ClusterEvent(var apiVersion, var kind, var namespace) ->
                        Background.run(() ->
                                orSleep(
                                        () -> {
                                            Optional<ClusterClient> cluster = run.peers().cluster();
                                            if (cluster.isEmpty()) {
                                                pause(atMost);
                                            } else {
                                                cluster.get()
                                                        .awaitChange(
                                                                apiVersion,
                                                                kind,
                                                                namespace,
                                                                atMost);
                                            }
                                        },
                                        atMost));
            };
        }

        /** Who can't be listened to may be back later; the step itself will tell. */
        private void orSleep(Runnable listening, Duration time) {
            try {
                listening.run();
            } catch (LabException e) {
                pause(time);
            }
        }

        private CompletableFuture<Void> sleep(Duration time) {
            return Background.run(() -> pause(time));
        }

        private void pause(Duration time) {
            try {
                run.clock().sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static Duration least(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
