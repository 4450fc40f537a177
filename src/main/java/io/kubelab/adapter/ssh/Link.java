package io.kubelab.adapter.ssh;

import io.kubelab.remote.Shell;
import java.io.IOException;
import java.util.Optional;

/** A way to a host, on which connections build. */
interface Link extends AutoCloseable {
    /** What a shell is for. */
    enum Use {
        /** It stays as long as the connection: there are few of these. */
        STANDING,
        /** It goes when its work is done; more than there is room for have to wait. */
        PASSING
    }

    /** The host's name. */
    String host();

    /** Whether its shells are root's; the workstation's are its user's own. */
    boolean givesRoot();

    /**
     * A new shell with root's rights, on a channel of its own; comes back after the link was lost.
     *
     * @throws io.kubelab.failure.Unreachable if the link is lost and does not come back
     */
    Shell shell(Use use) throws IOException;

    /** A TCP connection as the host would make it. */
    Duplex tcp(String address, int port) throws IOException;

    /** A connection to a unix socket of the host; empty where the login user may not have it. */
    Optional<Duplex> socket(String path) throws IOException;

    /** Whether what was opened last still stands. */
    boolean stands();

    @Override
    void close();
}
