package io.kubelab.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that runs, whose output is read line by line. */
final class Started implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private Started(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static Started start(ProcessBuilder builder) {
        try {
            return new Started(builder.redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // it was killed
        }
        synchronized (lines) {
            ended = true;
            lines.notifyAll();
        }
    }

    /** The first line like this; empty if the program ends without one. */
    String await(Predicate<String> line, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (lines) {
            for (int seen = 0; ; ) {
                for (; seen < lines.size(); seen++) {
                    if (line.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                if (ended) {
                    return "";
                }
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            "no such line within %s:\n%s"
                                    .formatted(patience, String.join("\n", lines)));
                }
                try {
                    lines.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Everything that it has printed. */
    String text() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** It stands still from now on. */
    void stop() {
        Ran.run(Duration.ofSeconds(5), "kill", "-STOP", Long.toString(process.pid())).succeeds();
    }

    /** By SIGKILL: the program itself, not what it has started. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for its end and gives the exit status. */
    int exit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("not over within %s:\n%s".formatted(patience, text()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
