package io.kubelab.adapter.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The streams of the process: data goes to {@code out}, what is told about the work to {@code err}.
 */
public record Streams(InputStream in, PrintStream out, PrintStream err) {
    public static Streams ofProcess() {
        return new Streams(System.in, System.out, System.err);
    }

    /** For a command that nobody listens to. */
    public static Streams nowhere() {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Streams(InputStream.nullInputStream(), nowhere, nowhere);
    }
}
