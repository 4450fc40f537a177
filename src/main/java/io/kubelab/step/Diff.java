package io.kubelab.step;

import java.time.Duration;
import java.util.List;

/** The answer of a step. */
public sealed interface Diff {
    /**
     * @param why what was found, for the report: "libvirtd 9.0.0 is running"
     * @param notices sentences about what is not this step's to change and the user should know,
     *     each with what to do about it
     */
    record InOrder(String why, List<String> notices) implements Diff {
        public InOrder {
            notices = List.copyOf(notices);
        }
    }

    /**
     * @param changes in the order in which they are made; not empty
     */
    record Needs(List<Change> changes) implements Diff {
        public Needs {
            changes = List.copyOf(changes);
            if (changes.isEmpty()) {
                throw new IllegalArgumentException("a step that needs nothing is in order");
            }
        }
    }

    /**
     * Nothing to do but wait.
     *
     * @param what completes "waiting for …"
     * @param remedy what the user can do if it never comes
     */
    record Pending(String what, Duration patience, Wake wakeBy, String remedy) implements Diff {}

    static InOrder inOrder(String why) {
        return new InOrder(why, List.of());
    }

    static Diff needs(Change... changes) {
        return new Needs(List.of(changes));
    }

    /** In order if there is nothing to change. */
    static Diff of(List<Change> changes, String why) {
        return changes.isEmpty() ? inOrder(why) : new Needs(changes);
    }

    /** The event that makes it worth looking again. */
    sealed interface Wake {
        /** An object of this kind changes; {@code namespace} empty: in any. */
        record ClusterEvent(String apiVersion, String kind, String namespace) implements Wake {}

        /** A machine of the virthost starts or stops. */
        record MachineEvent() implements Wake {}

        /** No event exists: look again after this time. */
        record Every(Duration interval) implements Wake {}
    }
}
