package io.kubelab.engine;

import io.kubelab.engine.Plan.Job;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.failure.LabException;
import io.kubelab.playbook.Playbook;
import io.kubelab.step.Lab;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs playbooks: every job of the {@link Plan} on a thread of its own as soon as those before it
 * are done. A job that fails blocks what waits for it; all others are finished.
 */
public final class Runner {
    private final Ports ports;
    private final Lab lab;
    private final Reporter reporter;
    private final Clock clock;
    private final Cancellation cancellation;

    /**
     * @param reporter is called by one thread at a time
     */
    public Runner(Ports ports, Lab lab, Reporter reporter, Clock clock, Cancellation cancellation) {
        this.ports = ports;
        this.lab = lab;
        this.reporter = reporter;
        this.clock = clock;
        this.cancellation = cancellation;
    }

    /**
     * Runs all plays. What fails on the way is in the outcome; what is wrong with the playbook
     * itself is thrown.
     *
     * @throws io.kubelab.failure.InvalidInput if plays wait for each other or for none that is
     *     there
     */
    public RunOutcome run(Playbook playbook, Mode mode) {
        return run(playbook, mode, () -> {});
    }

    /**
     * The same.
     *
     * @param opening comes after all preflights and before everything else, once; never in a
     *     preview, nor where there is nothing but preflights. What it throws is thrown at the end,
     *     and nothing was touched.
     */
    public RunOutcome run(Playbook playbook, Mode mode, Runnable opening) {
        Plan plan = Plan.of(playbook);
        Instant start = clock.now();
        var tally = new Tally();
        var peers = new Peers(ports, lab, mode);
        var epochs = new Epochs(lab.inventory());
        var run =
                new Run(
                        plan,
                        lab,
                        ports,
                        mode,
                        peers,
                        epochs,
                        new FactLoader(lab, peers, epochs),
                        new Effects(peers),
                        new Serial(List.of(tally, reporter)),
                        clock,
                        cancellation,
                        new Failures(),
                        new Foreseen(),
                        new Opening(opening));
        run.reporter().report(new RunEvent.RunStarted(playbook.name(), mode, plan.hosts()));
        Ending ending = ending(runAll(run), run);
        run.reporter()
                .report(
                        new RunEvent.RunFinished(
                                playbook.name(),
                                mode,
                                ending,
                                Duration.between(start, clock.now()),
                                peers.roundTrips()));
        run.reporter().close();
        run.opening()
                .failure()
                .ifPresent(failure -> {
                    throw failure;
                });
        return new RunOutcome(
                ending, run.failures().labExceptions(), run.failures().defects(), tally.hosts());
    }

    private static List<JobRun.Result> runAll(Run run) {
        List<JobRun> jobs = run.plan().jobs().stream().map(job -> new JobRun(run, job)).toList();
        run.peers()
                .approach(
                        run.plan(),
                        place ->
                                jobs.stream()
                                        .filter(job -> job.place().equals(place))
                                        .forEach(JobRun::lookAhead));
        Map<Job, CompletableFuture<JobRun.Result>> results = new HashMap<>();
        for (JobRun job : jobs) {
            var earlier = run.plan().waitsFor(job.job()).stream().map(results::get).toList();
            results.put(
                    job.job(),
                    CompletableFuture.allOf(earlier.toArray(CompletableFuture[]::new))
                            .thenCompose(_ ->
                                    Background.start(() ->
                                            job.run(
                                                    earlier.stream()
                                                            .map(CompletableFuture::join)
                                                            .toList()))));
        }
        return results.values().stream().map(CompletableFuture::join).toList();
    }

    private static Ending ending(List<JobRun.Result> results, Run run) {
        if (run.opening().failure().isPresent() || !run.failures().none()) {
            return Ending.FAILED;
        }
        return results.stream().anyMatch(r -> r.state() == JobRun.Result.State.STOPPED)
                ? Ending.STOPPED
                : Ending.COMPLETE;
    }

    /** What the jobs of a run share. */
    record Run(
            Plan plan,
            Lab lab,
            Ports ports,
            Mode mode,
            Peers peers,
            Epochs epochs,
            FactLoader facts,
            Effects effects,
            Serial reporter,
            Clock clock,
            Cancellation cancellation,
            Failures failures,
            Foreseen foreseen,
            Opening opening) {}

    /** One event at a time; none after the end, from whatever thread. */
    static final class Serial implements Reporter {
        private final List<Reporter> listeners;
        private boolean closed;

        private Serial(List<Reporter> listeners) {
            this.listeners = listeners;
        }

        @Override
        public synchronized void report(RunEvent event) {
            if (!closed) {
                listeners.forEach(listener -> listener.report(event));
            }
        }

        private synchronized void close() {
            closed = true;
        }
    }

    /** Whoever is about to touch something waits for it. */
    static final class Opening {
        private final Runnable action;
        private boolean over;
        private @Nullable RuntimeException failure;

        private Opening(Runnable action) {
            this.action = action;
        }

        synchronized boolean succeeds() {
            if (!over) {
                over = true;
                try {
                    action.run();
                } catch (RuntimeException e) {
                    failure = e;
                }
            }
            return failure == null;
        }

        private synchronized Optional<RuntimeException> failure() {
            return Optional.ofNullable(failure);
        }
    }

    /** In the order in which they happen. */
    static final class Failures {
        private final List<LabException> labExceptions = new ArrayList<>();
        private final List<RuntimeException> defects = new ArrayList<>();

        synchronized void add(RuntimeException failure) {
            if (failure instanceof LabException e) {
                labExceptions.add(e);
            } else {
                defects.add(failure);
            }
        }

        synchronized List<LabException> labExceptions() {
            return List.copyOf(labExceptions);
        }

        synchronized List<RuntimeException> defects() {
            return List.copyOf(defects);
        }

        synchronized boolean none() {
            return labExceptions.isEmpty() && defects.isEmpty();
        }
    }
}
