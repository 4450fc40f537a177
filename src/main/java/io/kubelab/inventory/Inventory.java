package io.kubelab.inventory;

import io.kubelab.failure.InvalidInput;
import java.util.List;
import java.util.Optional;

/**
 * All hosts, in the order in which they were written: the inventory's own, then the machines of
 * {@code virtual_machines}, and always {@code localhost}, the workstation.
 */
public record Inventory(List<Host> hosts) {
    public static final String WORKSTATION = "localhost";
    public static final String VIRTHOST = "virthost";
    public static final String CONTROL_PLANE = "master";
    public static final String WORKERS = "nodes";

    public Inventory {
        hosts = List.copyOf(hosts);
    }

    public Optional<Host> find(String name) {
        return hosts.stream().filter(h -> h.name().equals(name)).findFirst();
    }

    /**
     * @throws InvalidInput if there is none
     */
    public Host host(String name) {
        return find(name)
                .orElseThrow(
                        () -> new InvalidInput("inventory", "there is no host '" + name + "'"));
    }

    /** The members of a group; {@code all} is everyone but the workstation. */
    public List<Host> group(String group) {
        return hosts.stream().filter(h -> h.in(group) && !h.name().equals(WORKSTATION)).toList();
    }

    public Host virthost() {
        return group(VIRTHOST).stream()
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput(
                                "inventory",
                                "the group 'virthost' has no host; name the machine that runs libvirt in it"));
    }

    /** The control plane that kubeadm initialises. */
    public Host firstControlPlane() {
        return group(CONTROL_PLANE).stream()
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput(
                                "virtual_machines",
                                "no machine has 'node_type: master'; a cluster needs one"));
    }

    /** Every host that is a node of the cluster: control planes first, then workers. */
    public List<Host> nodes() {
        return hosts.stream()
                .filter(h -> h.in(CONTROL_PLANE) || h.in(WORKERS))
                .sorted((a, b) -> Boolean.compare(b.in(CONTROL_PLANE), a.in(CONTROL_PLANE)))
                .toList();
    }
}
