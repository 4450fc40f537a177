package io.kubelab.machines;

import io.kubelab.inventory.Host;

/** The hypervisors of a run, connected when first asked for. */
public interface Hypervisors extends AutoCloseable {
    VirtualMachines on(Host virthost);

    @Override
    void close();
}
