package io.kubelab.engine;

import io.kubelab.engine.FactLoader.Asker;
import io.kubelab.engine.FactLoader.Gathering;
import io.kubelab.engine.Plan.Job;
import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Facts;
import io.kubelab.step.Lab;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Evaluates the steps of a job ahead of their turn, and of the job's own, so that their questions
 * can be answered together. What is found ahead of time is a guess: it counts only if every step
 * before it was in order as it was, and if nothing that it was read from has changed since; the
 * error of a guess says nothing. The result is the one of looking at one step after the other.
 */
final class LookAhead {
    private final FactLoader loader;
    private final Plan plan;
    private final Job job;
    private final Lab lab;
    private final Ports ports;
    private final Errors errors;

    private final Map<Integer, Evaluation> evaluations = new HashMap<>();
    private Gathering gathering;

    private Set<FactLoader.FileAt> files = Set.of();

    /** How many steps beyond the one whose turn it is are looked at. */
    private int window;

    private boolean inTurn;

    private record Evaluation(Asker asker, Turn turn, CompletableFuture<Diff> verdict) {}

    private enum Turn {
        NOW,
        LATER
    }

    /** What the error of a guess is worth. */
    enum Errors {
        /** It may be gone when the steps before have been applied. */
        THROWN_AWAY,
        /** Nothing is ever applied. */
        FINAL
    }

    LookAhead(FactLoader loader, Plan plan, Job job, Lab lab, Ports ports, Errors errors) {
        this.loader = loader;
        this.plan = plan;
        this.job = job;
        this.lab = lab;
        this.ports = ports;
        this.errors = errors;
        this.gathering = loader.new Gathering(0);
        this.window = job.steps().size();
    }

    /** Looks at all steps, unless it is their turn already. */
    synchronized void begin() {
        if (!inTurn) {
            start(0, -1);
        }
    }

    /**
     * From now on only one thread asks.
     *
     * @param since what was read before this change doesn't count
     * @param foreseen whether this is a preview that has met changes
     */
    synchronized void turn(long since, boolean foreseen) {
        inTurn = true;
        if (since > 0 || foreseen) {
            restart(since, job.steps().size());
        }
    }

    /** The verdict of the step whose turn it is. */
    Diff verdict(int index, Cancellation cancellation) throws Stopped {
        while (true) {
            Evaluation evaluation = evaluation(index);
            try {
                Diff diff = cancellation.await(evaluation.verdict());
                files = evaluation.asker().files();
                evaluations.remove(index);
                if (evaluation.turn() == Turn.NOW || evaluation.asker().counts()) {
                    return diff;
                }
            } catch (RuntimeException e) {
                evaluations.remove(index);
                if (evaluation.turn() == Turn.NOW || errors == Errors.FINAL) {
                    throw e;
                }
            }
        }
    }

    /** The files that the last verdict was made of. */
    Set<FactLoader.FileAt> files() {
        return files;
    }

    /** A step was in order: so may be the next ones. */
    void wasInOrder() {
        window = Math.min(job.steps().size(), Math.max(1, 2 * window));
    }

    /** Something is going to be changed: nobody asks on. */
    void abandon() {
        gathering.abandon();
        evaluations.clear();
    }

    /** Everything is looked at anew, up to {@code ahead} steps beyond the one whose turn it is. */
    void restart(long since, int ahead) {
        abandon();
        gathering = loader.new Gathering(since);
        window = ahead;
    }

    private Evaluation evaluation(int index) {
        Evaluation known = evaluations.get(index);
        if (known != null) {
            known.asker().settle();
        }
        if (known == null || !known.verdict().isDone()) {
            start(index, index);
        }
        Evaluation evaluation = Objects.requireNonNull(evaluations.get(index));
        gathering.head(evaluation.asker());
        return evaluation;
    }

    /**
     * Of those within the window that aren't looked at already; all are counted before the first
     * one runs, so that their questions go together.
     *
     * @param now whose turn it is
     */
    private void start(int first, int now) {
        var starting = new HashMap<Integer, Evaluation>();
        for (int i = first; i < job.steps().size() && i <= first + window; i++) {
            if (!evaluations.containsKey(i)) {
                starting.put(
                        i,
                        new Evaluation(
                                gathering.asker(),
                                i == now ? Turn.NOW : Turn.LATER,
                                new CompletableFuture<>()));
            }
        }
        evaluations.putAll(starting);
        starting.forEach((i, e) -> start(job.steps().get(i).step(), e));
    }

    private void start(Step step, Evaluation evaluation) {
        var target =
                new Target(
                        job.host(),
                        job.place(),
                        lab,
                        new JobFacts(evaluation.asker(), plan, job),
                        ports.templates(),
                        ports.discs(),
                        ports.documents());
        var _ =
                Background.run(() -> {
                    try {
                        evaluation.verdict().complete(step.diff(target));
                    } catch (RuntimeException | Error e) {
                        evaluation.verdict().completeExceptionally(e);
                    } finally {
                        evaluation.asker().done();
                    }
                });
    }

    private record JobFacts(Asker asker, Plan plan, Job job) implements Facts {
        @Override
        public <T> T of(Fact<T> fact) {
            return asker.ask(job.place(), fact);
        }

        @Override
        public <T> List<T> all(List<? extends Fact<? extends T>> facts) {
            return asker.askAll(job.place(), facts);
        }

        @Override
        public <T> T of(Host host, Fact.OfHost<T> fact) {
            if (!plan.mayAskAbout(host, job)) {
                throw new InvalidInput(
                        job.play().mark().toString(),
                        "'%s' asks about %s while others may be changing it; name the play of %s that it needs in 'after'"
                                .formatted(job.play().name(), host, host));
            }
            return asker.ask(host, fact);
        }
    }
}
