package io.kubelab.machines;

import io.kubelab.inventory.Host;

/** The hypervisors of a run, connected when first asked for. */
public interface Hypervisors extends AutoCloseable {
    VirtualMachines on(Host virthost);

    /** Connects ahead of the first request, if there is a hypervisor that answers. */
    default void approach(Host virthost) {}

    @Override
    void close();
}
