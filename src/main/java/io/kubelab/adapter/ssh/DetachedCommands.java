package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Content;
import io.kubelab.remote.Shell;
import io.kubelab.remote.ShellProtocol;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Commands that outlive us. The host's side is {@code detached.sh}: a keeper in a session of its
 * own, a lock that says whether it lives, a log that any number of connections may follow.
 */
final class DetachedCommands {
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final int KEEPER_GONE = 137;
    private static final int LOST_LINKS = 10;

    private final Link link;
    private final AtomicInteger roundTrips;
    private final long connected = System.nanoTime();

    DetachedCommands(Link link, AtomicInteger roundTrips) {
        this.link = link;
        this.roundTrips = roundTrips;
    }

    /** The command's end, as the host tells it. */
    private record End(int status, long bytes) {}

    CommandResult run(String identity, Limited command, Consumer<String> output) {
        for (int lostLinks = 0; ; lostLinks++) {
            roundTrips.incrementAndGet();
            try (Shell shell = link.shell(Link.Use.PASSING)) {
                return follow(shell, identity, command, output);
            } catch (IOException e) {
                if (lostLinks >= LOST_LINKS) {
                    throw new Unreachable(
                            link.host(),
                            "the connection was lost again and again while '%s' ran (%s)"
                                    .formatted(command.command().shown(), e.getMessage()),
                            "It goes on there; run the same command again to follow it.",
                            e);
                }
            }
        }
    }

    private CommandResult follow(
            Shell shell, String identity, Limited command, Consumer<String> output)
            throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        shell.input().write(program(nonce, identity, command).getBytes(UTF_8));
        shell.input().flush();

        var errors = new ConcurrentLinkedQueue<String>();
        var end = new CompletableFuture<End>();
        Thread.ofPlatform()
                .daemon()
                .name("detached-err")
                .start(() ->
                        readErrors(
                                shell.errors(),
                                nonce,
                                errors,
                                end,
                                () -> {
                                    output.accept("(waited for other work named " + identity + ")");
                                    answer(shell, "again");
                                }));
        var log = new Log(output);
        var complete = new CompletableFuture<Void>();
        Thread.ofPlatform()
                .daemon()
                .name("detached-log")
                .start(() -> readLog(shell.output(), nonce, log, end, complete));
        try {
            End ended = end.get();
            log.expect(ended.bytes(), complete);
            awaitLastWords(complete);
            answer(shell, "forget");
            shell.input().close();
            log.awaitClosed();
            return result(ended, log);
        } catch (ExecutionException e) {
            var exit = shell.exit();
            if (exit.isPresent()) {
                throw new CommandFailed(
                        link.host(),
                        command.command().shown(),
                        exit.getAsInt(),
                        String.join("\n", errors),
                        "kubelab could not start it: see the output.");
            }
            throw new IOException(String.join("\n", errors) + " " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a command ran; it goes on");
        }
    }

    private static CommandResult result(End ended, Log log) {
        return ended.status() >= 0
                ? new CommandResult(ended.status(), log.text(), "")
                : new CommandResult(
                        KEEPER_GONE,
                        log.text(),
                        "the command was killed together with the process that kept it");
    }

    private String program(String nonce, String identity, Limited limited) {
        long seconds = Math.max(1, limited.limit().toSeconds());
        long age = Duration.ofNanos(System.nanoTime() - connected).toSeconds() + 1;
        String script = "{ " + ShellProtocol.subshell(limited.command()) + "; exit; }\n#complete";
        return assignment("nonce", nonce)
                + assignment("identity", URLEncoder.encode(identity, UTF_8))
                + assignment("script", script)
                + assignment("digest", new Content.Text(script).sha256())
                + assignment("keeper", Scripts.KEEPER)
                + assignment("limit", Long.toString(seconds))
                + assignment("age", Long.toString(age))
                // one word, so that all of it is read before it runs
                + Command.of("eval", Scripts.DETACHED).script()
                + "\n";
    }

    private static void answer(Shell shell, String word) {
        try {
            shell.input().write((word + "\n").getBytes(UTF_8));
            shell.input().flush();
        } catch (IOException e) {
            // the readers see the end
        }
    }

    private static String assignment(String variable, String value) {
        return variable + "=" + Command.quote(value) + "\n";
    }

    private static void readErrors(
            InputStream stream,
            String nonce,
            Queue<String> errors,
            CompletableFuture<End> end,
            Runnable free) {
        try (var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(nonce + " ended ")) {
                    String[] words = line.split(" ", -1);
                    int status = words[2].isEmpty() ? -1 : Integer.parseInt(words[2]);
                    end.complete(new End(status, Long.parseLong(words[3])));
                } else if (line.equals(nonce + " free")) {
                    free.run();
                } else {
                    errors.add(line);
                }
            }
            end.completeExceptionally(new IOException("end of stream"));
        } catch (IOException e) {
            end.completeExceptionally(e);
        }
    }

    private static void readLog(
            InputStream stream,
            String nonce,
            Log log,
            CompletableFuture<End> end,
            CompletableFuture<Void> complete) {
        try (var bytes = new BufferedInputStream(stream, 1 << 16)) {
            skipTo(bytes, ("\001" + nonce + "\n").getBytes(UTF_8));
            byte[] block = new byte[1 << 14];
            for (int count = bytes.read(block); count >= 0; count = bytes.read(block)) {
                log.add(block, count);
            }
        } catch (IOException e) {
            end.completeExceptionally(e);
        } finally {
            log.closed();
            complete.complete(null);
        }
    }

    private static void skipTo(InputStream bytes, byte[] marker) throws IOException {
        int matched = 0;
        while (matched < marker.length) {
            int next = bytes.read();
            if (next < 0) {
                return;
            }
            matched = next == marker[matched] ? matched + 1 : next == marker[0] ? 1 : 0;
        }
    }

    private static void awaitLastWords(CompletableFuture<Void> complete)
            throws InterruptedException, ExecutionException {
        try {
            complete.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // the status is known; what is missing of the log is only for the eyes
        }
    }

    /** What was printed so far, split into lines for display. */
    private static final class Log {
        private final Consumer<String> output;
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private long expected = Long.MAX_VALUE;
        private CompletableFuture<Void> whole = new CompletableFuture<>();

        Log(Consumer<String> output) {
            this.output = output;
        }

        synchronized void add(byte[] block, int count) {
            all.write(block, 0, count);
            for (int i = 0; i < count; i++) {
                // a carriage return is how progress bars begin anew
                if (block[i] == '\n' || block[i] == '\r') {
                    flush();
                } else {
                    line.write(block[i]);
                }
            }
            check();
        }

        private void flush() {
            if (line.size() > 0) {
                output.accept(line.toString(UTF_8));
                line.reset();
            }
        }

        synchronized void expect(long bytes, CompletableFuture<Void> complete) {
            expected = bytes;
            whole = complete;
            check();
        }

        private void check() {
            if (all.size() >= expected) {
                flush();
                whole.complete(null);
            }
        }

        void closed() {
            closed.complete(null);
        }

        void awaitClosed() throws InterruptedException, ExecutionException {
            awaitLastWords(closed);
        }

        synchronized String text() {
            return all.toString(UTF_8);
        }
    }
}
