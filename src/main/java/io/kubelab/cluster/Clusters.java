package io.kubelab.cluster;

import java.util.Optional;

/** The cluster of the lab, connected when first asked for. */
public interface Clusters extends AutoCloseable {
    /** Empty as long as the control plane has no admin.conf. */
    Optional<ClusterClient> cluster();

    /** Connects ahead of the first request, if there is a cluster that answers. */
    default void approach() {}

    /** Forgets the connection: after kubeadm made or reset the cluster. */
    void forget();

    @Override
    void close();
}
