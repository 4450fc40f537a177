package io.kubelab.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.remote.Connection.Limited;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Many commands through one {@link Shell}. Each command runs in a subshell and is followed by a
 * marker on both output streams; the marker holds a random number of this session, so that no
 * output is taken for one.
 *
 * <pre>
 * to the shell         ( SCRIPT ) &lt;/dev/null; kubelab_end
 * from standard output whatever the command prints, then \001NONCE STATUS\n
 * from standard error  whatever the command prints, then \001NONCE \n
 * </pre>
 *
 * <p>The shell's program comes through its standard input, which {@code dash} reads in blocks: what
 * runs inside therefore never inherits that input, and requests may be sent without waiting for
 * answers. Only {@link #feed} hands it on, after the shell has said that it has read everything.
 * Nothing of a script, its environment or its input is seen in the host's process list but the
 * arguments of the programs that are started.
 *
 * <p>Time limits are kept here and not there, since a {@code timeout} for each of hundreds of small
 * commands costs more than they do: a command that is late is ended through another shell. Nobody
 * is late as long as the link is silent: the answer may be there already.
 */
public final class ShellProtocol implements AutoCloseable {
    /** How long an ended command may take to go away before its shell is given up. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final byte MARK = 1;
    private static final int TIMED_OUT = 124;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Shell shell;
    private final Control control;
    private final byte[] marker;
    private final Thread errors;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final ArrayDeque<Pending> unanswered = new ArrayDeque<>();
    private final ArrayDeque<Pending> withoutErrors = new ArrayDeque<>();
    private final Pending greeting = new Pending(START);
    private @Nullable IOException ended;

    /** Another way to the host than a shell that may be held up. It may block. */
    public interface Control {
        /**
         * Returns when the host has answered, as it will if the link is only silent for a while.
         */
        void awaitLink();

        /** Ends all descendants of a process (and not itself), gently and then by force. */
        void endDescendants(long ancestor);
    }

    /** What a command left, as bytes. */
    public static final class Answer {
        private final int exit;
        private final byte[] out;
        private final byte[] err;

        Answer(int exit, byte[] out, byte[] err) {
            this.exit = exit;
            this.out = out;
            this.err = err;
        }

        public int exit() {
            return exit;
        }

        /** Standard output; the array is the caller's from now on. */
        public byte[] out() {
            return out;
        }

        public CommandResult text() {
            return new CommandResult(exit, new String(out, UTF_8), new String(err, UTF_8));
        }
    }

    /** Whether the shell had turned to a command. */
    public enum Begun {
        YES,
        NO
    }

    /** The shell ended before a command was answered. */
    public static final class ShellEnded extends IOException {
        private static final long serialVersionUID = 1;

        private final transient Answer partial;
        private final Begun begun;

        ShellEnded(Answer partial, Begun begun, @Nullable Throwable cause) {
            super("the shell ended", cause);
            this.partial = partial;
            this.begun = begun;
        }

        public Begun begun() {
            return begun;
        }

        /** What the command had printed until then; exit -1. */
        public Answer partial() {
            return partial;
        }
    }

    public ShellProtocol(Shell shell, Control control) throws IOException {
        this.shell = shell;
        this.control = control;
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        this.marker = ("\001" + nonce + " ").getBytes(US_ASCII);
        this.errors = start("err", shell.errors());
        var _ = start("out", shell.output());
        send(
                greeting,
                """
                umask 022
                LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                export LC_ALL PATH
                cd 2>/dev/null || cd /
                kubelab_end() { printf '\\001%s %%s\\n' $?; printf '\\001%s \\n' >&2; }
                printf '\\001%s %%s\\n' $$; printf '\\001%s \\n' >&2
                """
                        .formatted(nonce, nonce, nonce, nonce));
    }

    /** See {@link Shell#exit}. */
    public OptionalInt exit() {
        return shell.exit();
    }

    /** The process id of the shell. */
    public long pid() throws IOException {
        return await(greeting).exit();
    }

    /**
     * Sends all commands at once and waits for the last answer.
     *
     * @return one future per command, each done; failed ones with {@link ShellEnded}
     */
    public List<CompletableFuture<Answer>> ask(List<Limited> commands) {
        var all = new ArrayList<Pending>();
        var text = new StringBuilder();
        for (Limited limited : commands) {
            all.add(new Pending(limited.limit()));
            text.append(subshell(limited.command())).append("; kubelab_end\n");
        }
        try {
            send(all, text.toString());
        } catch (IOException e) {
            // the readers tell each of them that the shell ended
            end(e);
        }
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (Pending pending : all) {
            try {
                await(pending);
            } catch (IOException e) {
                // its future holds the failure
            }
            answers.add(pending.answer);
        }
        return answers;
    }

    /** Sends one command and waits for its answer. */
    public Answer ask(Limited command) throws IOException {
        var pending = new Pending(command.limit());
        send(pending, subshell(command.command()) + "; kubelab_end\n");
        return await(pending);
    }

    /**
     * Runs a command whose standard input is {@code bytes} to their end. The last thing that this
     * shell does.
     */
    public Answer feed(InputStream bytes, Limited command) throws IOException {
        var ready = new Pending(START);
        var pending = new Pending(command.limit());
        send(
                List.of(ready, pending),
                "{ kubelab_end; ( "
                        + command.command().script()
                        // what is left of the bytes must never be read as a program
                        + " ); kubelab_end; exit; }\n");
        await(ready);
        try (var input = shell.input()) {
            bytes.transferTo(input);
        } catch (IOException e) {
            // a command that ends before it has read everything says why by its answer
            if (!isAnswered(pending, GRACE)) {
                end(e);
            }
        }
        return await(pending);
    }

    /**
     * Hands the shell over to a program that talks on the standard streams until one side ends.
     *
     * @return the shell, whose output from here on is the program's
     */
    public static Shell become(Shell shell, Command program) throws IOException {
        byte[] ready = "\001ready\n".getBytes(US_ASCII);
        shell.input()
                .write(
                        ("{ printf '\\001ready\\n'; " + program.script() + "; exit; }\n")
                                .getBytes(UTF_8));
        shell.input().flush();
        // byte by byte: what follows belongs to the program
        int matched = 0;
        while (matched < ready.length) {
            int next = shell.output().read();
            if (next < 0) {
                throw new IOException(
                        "'" + program.shown() + "' could not be started: " + tail(shell.errors()));
            }
            matched = next == ready[matched] ? matched + 1 : next == MARK ? 1 : 0;
        }
        return shell;
    }

    private static String tail(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(4096);
        return new String(bytes, UTF_8).strip();
    }

    /** The text that runs a command in a subshell, with its input. */
    public static String subshell(Command command) {
        String input = text(command.input());
        String body = "( " + command.script() + " )";
        if ((body + input).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a shell can't be told a NUL character");
        }
        return input.isEmpty()
                ? body + " </dev/null"
                : "printf %s " + Command.quote(input) + " | " + body;
    }

    private static String text(Content content) {
        return switch (content) {
            case Content.Text(String text) -> text;
            case Content.Secret(String text) -> text;
            case Content.SecretBytes _ ->
                    throw new IllegalArgumentException("bytes can't be the input of a command");
            case Content.Artifact artifact ->
                    throw new IllegalArgumentException(
                            artifact.file()
                                    + " is streamed, it can't be the input of a short command");
        };
    }

    private void send(Pending pending, String text) throws IOException {
        send(List.of(pending), text);
    }

    private void send(List<Pending> pendings, String text) throws IOException {
        writing.lock();
        try {
            state.lock();
            try {
                for (Pending pending : pendings) {
                    if (ended != null) {
                        pending.fail(ended);
                        continue;
                    }
                    unanswered.add(pending);
                    withoutErrors.add(pending);
                    if (unanswered.peek() == pending) {
                        pending.begin();
                    }
                }
                if (ended != null) {
                    return;
                }
            } finally {
                state.unlock();
            }
            shell.input().write(text.getBytes(UTF_8));
            shell.input().flush();
        } finally {
            writing.unlock();
        }
    }

    private static Answer await(Pending pending) throws IOException {
        try {
            return pending.answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a command ran");
        }
    }

    private static boolean isAnswered(Pending pending, Duration within) throws IOException {
        try {
            pending.answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private Thread start(String stream, InputStream bytes) {
        // platform threads: reads of a local pipe would hold a carrier
        return Thread.ofPlatform()
                .daemon()
                .name("shell-" + stream)
                .start(() -> {
                    var frames = new Frames(bytes, marker);
                    try (bytes) {
                        while (accept(frames.next(), "out".equals(stream))) {}
                    } catch (IOException e) {
                        end(e);
                    }
                });
    }

    /** Whether there is more to come. */
    private boolean accept(Frames.Frame frame, boolean standardOutput) {
        if (frame.status().isEmpty()) {
            endOfStream(frame.body(), standardOutput);
            return false;
        }
        if (standardOutput) {
            answered(frame.body(), Integer.parseInt(frame.status().get()));
        } else {
            Pending pending;
            state.lock();
            try {
                pending = withoutErrors.poll();
            } finally {
                state.unlock();
            }
            if (pending != null) {
                pending.err(frame.body());
            }
        }
        return true;
    }

    private void answered(byte[] out, int status) {
        Pending pending;
        state.lock();
        try {
            pending = unanswered.poll();
            Pending next = unanswered.peek();
            if (next != null) {
                next.begin();
            }
        } finally {
            state.unlock();
        }
        if (pending != null) {
            pending.out(out, status);
        }
    }

    private void endOfStream(byte[] body, boolean standardOutput) {
        state.lock();
        try {
            Pending pending = standardOutput ? unanswered.peek() : withoutErrors.peek();
            if (pending != null) {
                pending.cut(body, standardOutput);
            }
        } finally {
            state.unlock();
        }
        if (standardOutput) {
            awaitErrors();
            end(new IOException("end of stream"));
        }
    }

    /** The last command's errors may still be on their way. */
    private void awaitErrors() {
        try {
            var _ = errors.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(IOException cause) {
        var failed = new ArrayList<Pending>();
        state.lock();
        try {
            if (ended == null) {
                ended = cause;
            }
            failed.addAll(unanswered);
            withoutErrors.stream().filter(p -> !failed.contains(p)).forEach(failed::add);
            unanswered.clear();
            withoutErrors.clear();
        } finally {
            state.unlock();
        }
        failed.forEach(p -> p.fail(cause));
    }

    @Override
    public void close() {
        shell.close();
        end(new IOException("closed"));
    }

    /** A command that was sent. */
    private final class Pending {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final CompletableFuture<byte[]> out = new CompletableFuture<>();
        private final CompletableFuture<byte[]> err = new CompletableFuture<>();
        private final CompletableFuture<@Nullable Void> clock = new CompletableFuture<>();
        private final Duration limit;
        private volatile int status = -1;
        private volatile boolean late;
        private volatile Begun begun = Begun.NO;
        private volatile byte[] cutOut = {};
        private volatile byte[] cutErr = {};

        Pending(Duration limit) {
            this.limit = limit;
            var _ =
                    out.thenAcceptBoth(
                            err,
                            (o, e) -> {
                                clock.cancel(false);
                                answer.complete(new Answer(late ? TIMED_OUT : status, o, e));
                            });
        }

        /** The shell turns to it now. */
        void begin() {
            begun = Begun.YES;
            var _ =
                    clock.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                            .thenRunAsync(this::tooLate, Thread::startVirtualThread);
        }

        void tooLate() {
            if (out.isDone()) {
                return;
            }
            if (!greeting.answer.isDone()) {
                late = true;
                giveUp(new TimeoutException("the shell does not start"));
                return;
            }
            try {
                control.awaitLink();
                if (isAnswered(this, LAST_WORDS)) {
                    return;
                }
                late = true;
                control.endDescendants(greeting.answer.get().exit());
                out.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException | RuntimeException | TimeoutException | IOException e) {
                giveUp(e);
            } catch (ExecutionException e) {
                // the shell ended meanwhile
            }
        }

        void giveUp(Throwable why) {
            answer.complete(new Answer(TIMED_OUT, cutOut, cutErr));
            shell.close();
            end(new IOException("a command could not be ended", why));
        }

        void out(byte[] bytes, int exit) {
            status = exit;
            out.complete(bytes);
        }

        void err(byte[] bytes) {
            err.complete(bytes);
        }

        void cut(byte[] bytes, boolean standardOutput) {
            if (standardOutput) {
                cutOut = bytes;
            } else {
                cutErr = bytes;
            }
        }

        void fail(IOException cause) {
            clock.cancel(false);
            answer.completeExceptionally(
                    new ShellEnded(new Answer(-1, cutOut, cutErr), begun, cause));
        }
    }
}
