package io.kubelab.steps.network;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.settings.Address;
import java.util.List;

/**
 * A node's own part of a range of addresses. The plugin host-local hands out addresses per node and
 * knows nothing of other nodes: one range for all of them gives the same address twice. Workers
 * have equal parts, the first worker the first; a control plane, on which pods run only if they
 * tolerate it, has one address from the end. Without workers control planes have equal parts.
 */
record NetworkShare(Address first, Address last) {
    /**
     * @param nodes of the cluster, control planes first
     * @throws IllegalArgumentException if there are fewer addresses than nodes
     */
    static NetworkShare of(Address first, Address last, List<Host> nodes, Host node) {
        long size = last.minus(first) + 1;
        if (size < nodes.size()) {
            throw new IllegalArgumentException(
                    "%s to %s are %d addresses for %d nodes"
                            .formatted(first, last, size, nodes.size()));
        }
        List<Host> workers =
                nodes.stream()
                        .filter(h ->
                                !h.in(Inventory.CONTROL_PLANE)
                                        && !h.in(Inventory.FURTHER_CONTROL_PLANES))
                        .toList();
        if (workers.isEmpty()) {
            return part(first, size, nodes.indexOf(node), nodes.size());
        }
        long shared = size - (nodes.size() - workers.size());
        return workers.contains(node)
                ? part(first, shared, workers.indexOf(node), workers.size())
                : part(first.plus(shared + nodes.indexOf(node)), 1, 0, 1);
    }

    boolean has(String address) {
        try {
            var its = new Address(address);
            return first.compareTo(its) <= 0 && its.compareTo(last) <= 0;
        } catch (IllegalArgumentException _) {
            return true; // of the other family
        }
    }

    private static NetworkShare part(Address first, long size, long index, long parts) {
        return new NetworkShare(
                first.plus(size * index / parts), first.plus(size * (index + 1) / parts - 1));
    }
}
