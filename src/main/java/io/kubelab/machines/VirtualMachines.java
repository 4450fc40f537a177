package io.kubelab.machines;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The hypervisor of one virthost. What we asked for is kept in the object's metadata, since libvirt
 * completes definitions; it counts as long as libvirt's own elements say the same. Every method
 * throws {@link io.kubelab.failure.MachineFailed} or {@link io.kubelab.failure.Unreachable}.
 */
public interface VirtualMachines extends AutoCloseable {
    /** All machines of the virthost, ours and others'. */
    List<Machine> machines();

    /** All networks of the virthost, ours and others'. */
    List<Network> networks();

    /**
     * Asks the guest agent of a virtual machine for the IPv4 addresses of its interfaces that have
     * a MAC address; empty: no agent answers. Where none runs, the answer comes at once.
     */
    Optional<List<String>> saidByAgent(String machine, String mac);

    /** Makes or changes a definition; a running machine keeps running. */
    void define(MachineSpec machine);

    void start(String machine);

    /** Powers off at once; in order if it is off. */
    void stop(String machine);

    /** Removes the definition; in order if there is none. */
    void undefine(String machine);

    /**
     * Defines and starts. A running network takes new reservations; it is restarted for anything
     * else.
     */
    void define(NetworkSpec network);

    void startNetwork(String network);

    /** Stops and removes. */
    void removeNetwork(String network);

    /** Returns when something about a machine changed, at the latest after {@code atMost}. */
    void awaitChange(Duration atMost);

    @Override
    void close();

    /**
     * @param owner the lab it was made for; empty: not ours
     * @param asked what we asked for, as it runs, or as it was defined if it doesn't; empty: not
     *     ours, edited by somebody, or from a template that has changed since
     * @param stored whether it would start the next time as it runs now
     */
    record Machine(
            String name,
            boolean running,
            Optional<MachineSpec.LabTag> owner,
            Optional<MachineSpec> asked,
            boolean stored) {}

    /**
     * @param bridge name of its bridge; empty if it has none
     * @param asked as for a machine
     */
    record Network(
            String name,
            boolean active,
            String bridge,
            Optional<MachineSpec.LabTag> owner,
            Optional<NetworkSpec> asked) {}
}
