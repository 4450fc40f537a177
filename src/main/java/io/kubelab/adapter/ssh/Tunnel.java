package io.kubelab.adapter.ssh;

import com.jcraft.jsch.Session;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A port of this workstation that leads to one behind a host, for as long as it is used. */
public final class Tunnel implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final SshLogin login;
    private final Listener listener;

    /**
     * @param near port of the loopback interface
     * @param far addresses as the host sees them, each of which would do: the first that takes the
     *     connection has it
     * @param farPort their port
     * @throws Unreachable if the host can't be reached or the port is taken
     */
    public Tunnel(HostConnections connections, Host host, int near, List<String> far, int farPort) {
        login = connections.login(host);
        Session session = login.session();
        try {
            listener = Listener.onLoopback(near, () -> toAny(session, far, farPort));
        } catch (IOException e) {
            login.close();
            throw new Unreachable(
                    "localhost",
                    "port %d of 127.0.0.1 can't be had: %s".formatted(near, e.getMessage()),
                    "See who listens there ('ss -ltnp'); it may be the same tunnel already.",
                    e);
        }
    }

    private static Duplex toAny(Session session, List<String> far, int farPort) throws IOException {
        for (String address : far.subList(0, far.size() - 1)) {
            try {
                return SshSession.tcp(session, address, farPort, Duration.ZERO, Duration.ZERO);
            } catch (IOException _) {
                // the next may be there
            }
        }
        return SshSession.tcp(session, far.getLast(), farPort, Duration.ZERO, Duration.ZERO);
    }

    /**
     * Returns when nobody has used it for this long, when the session is lost, or when it is not
     * wanted any more.
     */
    public void hold(Duration idle, BooleanSupplier wanted) {
        long used = System.nanoTime();
        var never = new CountDownLatch(1);
        try {
            while (login.session().isConnected()
                    && wanted.getAsBoolean()
                    && System.nanoTime() - used < idle.toNanos()) {
                if (never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                used = listener.isIdle() ? used : System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        listener.close();
        login.close();
    }
}
