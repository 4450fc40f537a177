package io.kubelab.remote;

import io.kubelab.inventory.Host;

/** The connections of a run: made when first asked for, one per host, kept until the end. */
public interface Connections extends AutoCloseable {
    /**
     * @throws io.kubelab.failure.Unreachable if there is no way in
     */
    Connection to(Host host);

    /**
     * Connects to a host ahead of its first request, where that succeeds at once and nobody has to
     * be asked anything: to machines of the lab.
     *
     * @return whether it is connected, if only since before
     */
    default boolean approach(Host host) {
        return false;
    }

    /**
     * Forgets a connection, so that the next request makes a new one: after a machine was made
     * anew.
     */
    void forget(Host host);

    @Override
    void close();
}
