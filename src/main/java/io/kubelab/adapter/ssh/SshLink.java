package io.kubelab.adapter.ssh;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One SSH session to a host; a lost one is replaced when something is wanted of it. */
final class SshLink implements Link {
    /** Beside three or four standing ones: sshd's MaxSessions is 10, and it frees them late. */
    private static final int PASSING = 4;

    private static final Duration OPENING = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final SshSession sessions;
    private final Elevation elevation;
    private final Semaphore passing = new Semaphore(PASSING);
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Session session;

    SshLink(SshSession sessions, Elevation elevation) {
        this.sessions = sessions;
        this.elevation = elevation;
    }

    @Override
    public String host() {
        return sessions.host();
    }

    @Override
    public boolean givesRoot() {
        return true;
    }

    private Session session() {
        return session(sessions::open);
    }

    private Session session(Supplier<Session> opening) {
        lock.lock();
        try {
            if (closed.getCount() == 0) {
                throw new Unreachable(
                        host(), "the connection is closed", "Run the same command again.");
            }
            Session current = session;
            if (current == null || !current.isConnected()) {
                current = opening.get();
                session = current;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Logs in now, so that a host that can't be reached is told early. */
    void open() {
        session();
    }

    /** Logs in if that succeeds at once. */
    void tryToOpen() {
        session(() -> sessions.open(SshSession.Patience.NONE));
    }

    @Override
    public Shell shell(Use use) throws IOException {
        return switch (use) {
            case STANDING -> elevation.shell(line -> new ChannelShell(start(line), () -> {}));
            case PASSING -> {
                acquire();
                var room = new AtomicBoolean(true);
                Runnable leave =
                        () -> {
                            if (room.compareAndSet(true, false)) {
                                passing.release();
                            }
                        };
                try {
                    yield elevation.shell(line -> new ChannelShell(start(line), leave));
                } catch (RuntimeException | IOException e) {
                    leave.run();
                    throw e;
                }
            }
        };
    }

    /**
     * An sshd that has no room yet is asked again. One that says nothing is too: jsch waits for
     * less time than a link may be silent before it is lost.
     */
    private SshSession.Exec start(String commandLine) throws IOException {
        long refused = 0;
        while (true) {
            Session current = session();
            long asked = System.nanoTime();
            try {
                return SshSession.exec(current, commandLine);
            } catch (IOException e) {
                long now = System.nanoTime();
                boolean silent = now - asked > OPENING.toNanos();
                refused = silent ? 0 : refused == 0 ? asked : refused;
                boolean full = !silent && now - refused > OPENING.toNanos();
                if (full || pause()) {
                    throw new Unreachable(
                            host(),
                            "sshd opens no further channel: " + e.getMessage(),
                            "See MaxSessions in the host's sshd_config; kubelab wants the usual 10.",
                            e);
                }
            }
        }
    }

    private void acquire() throws IOException {
        try {
            passing.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException();
        }
    }

    private boolean pause() throws IOException {
        try {
            return closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException();
        }
    }

    @Override
    public Duplex tcp(String address, int port) throws IOException {
        return onLivingSession(
                current -> SshSession.tcp(current, address, port, Duration.ZERO, Duration.ZERO));
    }

    private interface Opening {
        Duplex on(Session session) throws IOException;
    }

    /** A session that was lost without our knowing is noticed by the first who wants something. */
    private Duplex onLivingSession(Opening opening) throws IOException {
        Session current = session();
        try {
            return opening.on(current);
        } catch (IOException e) {
            if (current.isConnected()) {
                throw e;
            }
            return opening.on(session());
        }
    }

    /** For another host's session to go through this one's. */
    SshSession.Way way() {
        return attempt -> new Through(attempt);
    }

    @Override
    public Optional<Duplex> socket(String path) throws IOException {
        return "root".equals(sessions.user())
                ? Optional.of(onLivingSession(current -> SshSession.socket(current, path)))
                : Optional.empty();
    }

    @Override
    public boolean stands() {
        Session current = session;
        return current != null && current.isConnected();
    }

    @Override
    public void close() {
        closed.countDown();
        sessions.close();
        Session current = session;
        if (current != null) {
            current.disconnect();
        }
    }

    private final class ChannelShell implements Shell {
        private final SshSession.Exec exec;
        private final Runnable leaving;

        ChannelShell(SshSession.Exec exec, Runnable leaving) {
            this.exec = exec;
            this.leaving = leaving;
        }

        @Override
        public OutputStream input() {
            return exec.streams().to();
        }

        @Override
        public InputStream output() {
            return exec.streams().from();
        }

        @Override
        public InputStream errors() {
            return exec.errors();
        }

        /** The status comes shortly after the end of the streams, if it comes at all. */
        @Override
        public OptionalInt exit() {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            try {
                while (!exec.channel().isClosed()
                        && System.nanoTime() < deadline
                        && !closed.await(5, TimeUnit.MILLISECONDS)) {}
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            int status = exec.channel().getExitStatus();
            if (status >= 0) {
                return OptionalInt.of(status);
            }
            return exec.channel().getExitSignal() != null
                    ? OptionalInt.of(137)
                    : OptionalInt.empty();
        }

        @Override
        public void close() {
            exec.streams().close();
            leaving.run();
        }
    }

    /** {@code ProxyJump}: the bytes of a session as a channel of another. */
    private final class Through implements Proxy {
        private final Duration attempt;
        private @Nullable Duplex channel;

        Through(Duration attempt) {
            this.attempt = attempt;
        }

        @Override
        public void connect(@Nullable SocketFactory sockets, String address, int port, int timeout)
                throws IOException {
            channel = SshSession.tcp(session(), address, port, attempt, SshSession.ALIVE);
        }

        private Duplex open() {
            if (channel == null) {
                throw new IllegalStateException("not connected");
            }
            return channel;
        }

        @Override
        public InputStream getInputStream() {
            return open().from();
        }

        @Override
        public OutputStream getOutputStream() {
            return open().to();
        }

        @Override
        public @Nullable Socket getSocket() {
            return null;
        }

        @Override
        public void close() {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
