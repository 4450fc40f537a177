package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that was run on this machine, and what it left. */
record Ran(List<String> command, int exit, String out, String err, Duration took) {
    static Ran run(Duration limit, String... command) {
        return run(new ProcessBuilder(command), limit);
    }

    /** Ends the process when its time is over. */
    static Ran run(ProcessBuilder builder, Duration limit) {
        long start = System.nanoTime();
        try {
            Process process =
                    builder.redirectInput(ProcessBuilder.Redirect.from(nothing())).start();
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "%s took longer than %s:\n%s%s"
                                .formatted(builder.command(), limit, out.join(), err.join()));
            }
            return new Ran(
                    builder.command(),
                    process.exitValue(),
                    out.join(),
                    err.join(),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static java.io.File nothing() {
        return new java.io.File("/dev/null");
    }

    static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    Ran succeeds() {
        assertThat(exit).as("%s", this).isZero();
        return this;
    }

    /** Standard output without its last line break. */
    String text() {
        return out.strip();
    }

    @Override
    public String toString() {
        return "$ %s\n%s%s[exit %d after %d ms]\n"
                .formatted(command.getLast(), out, err, exit, took.toMillis());
    }
}
