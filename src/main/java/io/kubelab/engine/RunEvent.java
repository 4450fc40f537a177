package io.kubelab.engine;

import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.step.Change;
import java.time.Duration;
import java.util.List;

/**
 * What happens in a run, as data: the console, the recap and the JSON report are made from these
 * alone.
 */
public sealed interface RunEvent {
    record RunStarted(String playbook, Mode mode, List<Host> hosts) implements RunEvent {}

    record PlayStarted(String play, Host host) implements RunEvent {}

    /**
     * A step's changes are being applied, or it is being waited for.
     *
     * @param doing completes "kubelab …"
     */
    record StepProgress(String play, Host host, String title, String doing) implements RunEvent {}

    /** A line that a long command printed. */
    record Output(String play, Host host, String title, String line) implements RunEvent {}

    record StepDone(String play, Host host, String title, Outcome outcome, Duration took)
            implements RunEvent {}

    /** A host gave up a play because of an earlier failure, its own or another's. */
    record PlaySkipped(String play, Host host, String why) implements RunEvent {}

    /**
     * @param roundTrips requests per host name that were sent and waited for
     */
    record RunFinished(
            String playbook, Mode mode, Duration took, java.util.Map<String, Integer> roundTrips)
            implements RunEvent {}

    enum Mode {
        APPLY,
        PREVIEW
    }

    sealed interface Outcome {
        record InOrder(String why) implements Outcome {}

        record Changed(List<Change> changes) implements Outcome {}

        /** Preview: what would be changed. */
        record WouldChange(List<Change> changes) implements Outcome {}

        /** Preview: what would be waited for. */
        record WouldWait(String what) implements Outcome {}

        record Failed(LabException failure) implements Outcome {}
    }
}
