package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program at a pseudo-terminal (script(1) of util-linux), typed to and read by a test. */
final class Terminal implements AutoCloseable {
    private final Process process;
    private final StringBuilder screen = new StringBuilder();

    private Terminal(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /**
     * @param script runs the program by script(1)
     */
    static Terminal open(ProcessBuilder script) {
        try {
            return new Terminal(script.redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] bytes = new byte[4096];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                synchronized (screen) {
                    screen.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                    screen.notifyAll();
                }
            }
        } catch (IOException e) {
            // the terminal was closed
        }
    }

    /** Types; {@code \n} is the return key, {@code \u0003} is Ctrl-C. */
    Terminal type(String keys) {
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until this text has appeared since the last time, and forgets what came before it. */
    String await(String text, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (screen) {
            for (int at = screen.indexOf(text); at < 0; at = screen.indexOf(text)) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            "no '%s' within %s:\n%s".formatted(text, patience, screen));
                }
                try {
                    screen.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
            int end = screen.indexOf(text) + text.length();
            String seen = screen.substring(0, end);
            screen.delete(0, end);
            return seen;
        }
    }

    /** Changes the window, as a terminal emulator does: the program gets SIGWINCH. */
    void resize(int rows, int columns) {
        ProcessHandle program = process.children().findFirst().orElseThrow();
        try {
            Path tty = Files.readSymbolicLink(Path.of("/proc/" + program.pid() + "/fd/0"));
            Ran.run(
                            Duration.ofSeconds(5),
                            "stty",
                            "-F",
                            tty.toString(),
                            "rows",
                            Integer.toString(rows),
                            "cols",
                            Integer.toString(columns))
                    .succeeds();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end and gives the exit status. */
    int exit(Duration patience) {
        try {
            assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                    .as("ended; on the screen: %s", screen)
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List.copyOf(process.descendants().toList()).forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
