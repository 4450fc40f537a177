package io.kubelab.engine;

import io.kubelab.failure.LabException;
import java.util.List;
import java.util.Map;

/**
 * What became of a run.
 *
 * @param failures in the order in which they happened
 * @param defects what broke that should never break; in the order in which they happened
 * @param counts per host name
 */
public record RunOutcome(
        Ending ending,
        List<LabException> failures,
        List<RuntimeException> defects,
        Map<String, Tally.Counts> counts) {
    /** How a run ends. */
    public enum Ending {
        COMPLETE,
        FAILED,
        /** By the user. */
        STOPPED
    }

    public int changed() {
        return counts.values().stream().mapToInt(Tally.Counts::changed).sum();
    }
}
