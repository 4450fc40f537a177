package io.kubelab.engine;

import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.Unreachable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts steps per host from what is reported. */
public final class Tally implements Reporter {
    private final Map<String, Counts> hosts = new LinkedHashMap<>();

    /**
     * @param ok steps that are in order now, the changed ones included, as Ansible counts
     * @param changed in a preview: that would be changed
     * @param unreachable steps that failed because the host can't be reached
     * @param failed steps that failed otherwise
     * @param skipped steps that were not looked at, or in a preview could not be told
     */
    public record Counts(int ok, int changed, int unreachable, int failed, int skipped) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    ok + other.ok,
                    changed + other.changed,
                    unreachable + other.unreachable,
                    failed + other.failed,
                    skipped + other.skipped);
        }
    }

    @Override
    public void report(RunEvent event) {
        switch (event) {
            case RunEvent.PlayStarted e -> count(e.host().name(), Counts.NONE);
            case RunEvent.StepDone e -> count(e.host().name(), of(e.outcome()));
            case RunEvent.PlaySkipped e ->
                    count(e.host().name(), new Counts(0, 0, 0, 0, e.steps()));
            case RunEvent.RunStarted _,
                    RunEvent.StepStarted _,
                    RunEvent.StepProgress _,
                    RunEvent.Noticed _,
                    RunEvent.Output _,
                    RunEvent.PlayDone _,
                    RunEvent.RunFinished _ -> {}
        }
    }

    /** By host name, in the order in which hosts were first heard of. */
    public Map<String, Counts> hosts() {
        return new LinkedHashMap<>(hosts);
    }

    public Counts total() {
        return hosts.values().stream().reduce(Counts.NONE, Counts::plus);
    }

    private void count(String host, Counts more) {
        hosts.merge(host, more, Counts::plus);
    }

    private static Counts of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.InOrder _ -> new Counts(1, 0, 0, 0, 0);
            case Outcome.Changed _, Outcome.WouldChange _ -> new Counts(1, 1, 0, 0, 0);
            case Outcome.WouldWait _ -> new Counts(1, 0, 0, 0, 0);
            case Outcome.Undecided _ -> new Counts(0, 0, 0, 0, 1);
            case Outcome.Failed(Unreachable _), Outcome.Failed(NotServing _) ->
                    new Counts(0, 0, 1, 0, 0);
            case Outcome.Failed _, Outcome.Defect _ -> new Counts(0, 0, 0, 1, 0);
        };
    }
}
