package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.LabException;
import io.kubelab.failure.Occupied;
import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Command;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A lock that a shell on the host ({@code lock.sh}) has for us. The host may not notice for hours
 * that a link was cut, so the shell wants to hear of us now and then.
 */
final class HostLock implements Connection.Lock {
    private static final Duration BEAT = Duration.ofSeconds(5);

    /** Longer than anybody tries to come back to a host. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String HELD = "held";
    private static final String BUSY = "busy ";

    private final Link link;
    private final String path;
    private final String what;
    private final String holder;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread beating;
    private Shell shell;

    /**
     * @throws Occupied if somebody else has it
     */
    HostLock(Link link, String path, String what, String holder) {
        this.link = link;
        this.path = path;
        this.what = what;
        this.holder = holder;
        try {
            this.shell = take();
        } catch (IOException e) {
            throw new Unreachable(
                    link.host(),
                    "the connection was lost: %s was being locked (%s)"
                            .formatted(what, e.getMessage()),
                    "Run the same command again.",
                    e);
        }
        beating = Thread.ofPlatform().daemon().name("lock").start(this::beat);
    }

    private Shell take() throws IOException {
        Shell taken = link.shell(Link.Use.STANDING);
        try {
            String program =
                    "path=%s\nholder=%s\npatience=%d\n%s\n"
                            .formatted(
                                    Command.quote(path),
                                    Command.quote(holder),
                                    PATIENCE.toSeconds(),
                                    // one word, so that all of it is read before it runs
                                    Command.of("eval", Scripts.LOCK).script());
            taken.input().write(program.getBytes(UTF_8));
            taken.input().flush();
            var answers = new BufferedReader(new InputStreamReader(taken.output(), UTF_8));
            String answer = answers.readLine();
            if (HELD.equals(answer)) {
                return taken;
            }
            if (answer != null && answer.startsWith(BUSY)) {
                throw new Occupied(what, answer.substring(BUSY.length()));
            }
            if (taken.exit().isPresent()) {
                throw new CommandFailed(
                        link.host(),
                        "lock " + path,
                        taken.exit().getAsInt(),
                        new String(taken.errors().readAllBytes(), UTF_8),
                        "See that the directory can be written to, and that the disk has room.");
            }
            throw new IOException("no answer");
        } catch (IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    private void beat() {
        try {
            while (!closing.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    shell.input().write('\n');
                    shell.input().flush();
                } catch (IOException e) {
                    shell.close();
                    takeAgain();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The host may take us for the holder for a while after the link was lost. */
    private void takeAgain() {
        try {
            shell = take();
        } catch (IOException | LabException e) {
            // at the next beat; whoever needs the host is told that it is gone
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            beating.join();
            shell.input().close();
            // it is free when this returns
            shell.exit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // it is free when the host notices
        }
        shell.close();
    }
}
