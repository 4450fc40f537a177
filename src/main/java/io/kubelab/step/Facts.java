package io.kubelab.step;

import io.kubelab.inventory.Host;
import java.util.List;

/**
 * Answers facts. A call may block while the questions of several steps are gathered into one round
 * trip.
 */
public interface Facts {
    /** About the target's own place. */
    <T> T of(Fact<T> fact);

    /** Several that don't depend on each other, in one round trip; answers in their order. */
    default <T> List<T> all(List<? extends Fact<? extends T>> facts) {
        return facts.stream().<T>map(this::of).toList();
    }

    /**
     * About another host; legal only in a play that is written {@code after} one of that host's.
     */
    <T> T of(Host host, Fact.OfHost<T> fact);
}
