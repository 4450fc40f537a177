package io.kubelab.step;

/**
 * A wanted state: a record of its arguments, named for that state. It answers one question, what is
 * missing, and never changes anything, waits, retries or prints.
 */
public interface Step {
    /** Completes "kubelab makes sure that …". */
    String title();

    /** What is missing on the target; asks only facts. */
    Diff diff(Target target);
}
