package io.kubelab.engine;

import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.step.Change;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What happens in a run, as data: the console, the recap and the JSON report are made from these
 * alone.
 */
public sealed interface RunEvent {
    record RunStarted(String playbook, Mode mode, List<Host> hosts) implements RunEvent {}

    /**
     * @param steps how many there are for this host
     */
    record PlayStarted(String play, Host host, int steps) implements RunEvent {}

    /** The step is looked at; everything before it is done. */
    record StepStarted(String play, Host host, String title) implements RunEvent {}

    /**
     * A change of the step is being made, or something is being waited for.
     *
     * @param doing completes "kubelab …": "waits for …" or the change as {@link Change#shown()}
     *     says it
     */
    record StepProgress(String play, Host host, String title, String doing) implements RunEvent {}

    /** A line that a long command printed. */
    record Output(String play, Host host, String title, String line) implements RunEvent {}

    /** Something that is not the step's to change and the user should know. */
    record Noticed(String play, Host host, String title, String notice) implements RunEvent {}

    record StepDone(String play, Host host, String title, Outcome outcome, Duration took)
            implements RunEvent {}

    /** All steps of the play are done for this host. */
    record PlayDone(String play, Host host, Duration took) implements RunEvent {}

    /**
     * A host gave up a play because of an earlier failure, its own or another's.
     *
     * @param steps how many were not done for that
     */
    record PlaySkipped(String play, Host host, int steps, String why) implements RunEvent {}

    /**
     * @param roundTrips requests per host name that were sent and waited for
     */
    record RunFinished(
            String playbook,
            Mode mode,
            RunOutcome.Ending ending,
            Duration took,
            Map<String, Integer> roundTrips)
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

        /** Preview: can't be told before earlier changes are made. */
        record Undecided(String why) implements Outcome {}

        record Failed(LabException failure) implements Outcome {}

        /** Something broke that should never break. */
        record Defect(RuntimeException cause) implements Outcome {}
    }
}
