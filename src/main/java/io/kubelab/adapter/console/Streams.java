package io.kubelab.adapter.console;

import java.io.PrintStream;

/**
 * The streams of the process: data goes to {@code out}, what is told about the work to {@code err}.
 */
public record Streams(PrintStream out, PrintStream err) {
    public static Streams ofProcess() {
        return new Streams(System.out, System.err);
    }
}
