package io.kubelab.engine;

/** Hears of everything that happens; called by many threads, one at a time. */
public interface Reporter {
    void report(RunEvent event);
}
