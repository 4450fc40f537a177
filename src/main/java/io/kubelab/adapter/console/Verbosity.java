package io.kubelab.adapter.console;

/** How much is told about a run. */
public enum Verbosity {
    /** What changed, what took long, what failed. */
    NORMAL,
    /** Each step, each change, each line of output, round trips. */
    VERBOSE
}
