package io.kubelab.engine;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.step.Change;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells what was read too long ago. Every change that was made gets a number; what is read gets the
 * number of the last change before it, and counts as long as nothing that it may be about has
 * changed since. Which scopes a change moves is judged with care: rather too many than too few. (A
 * job's own changes and those of jobs that it waits for make it read everything anew, whatever
 * their scopes: see {@link LookAhead}.)
 */
final class Epochs {
    /** What a fact is about. */
    sealed interface Scope {
        /** Whatever a shell on a machine can see. */
        record Shell(String machine) implements Scope {}

        /** What is not seen by a shell. */
        enum Shared implements Scope {
            HYPERVISOR,
            CLUSTER,
            /** Files of the workstation, and registries. */
            WORKSTATION
        }
    }

    private final Inventory inventory;
    private final Map<Scope, Long> moved = new HashMap<>();
    private long changes;

    Epochs(Inventory inventory) {
        this.inventory = inventory;
    }

    synchronized long now() {
        return changes;
    }

    /** Whether what was read at {@code stamp} still counts. */
    synchronized boolean unmoved(Scope scope, long stamp) {
        return stamp >= moved.getOrDefault(scope, 0L);
    }

    /** To be called when a change is over, successful or not. */
    synchronized void move(Change change, Host place) {
        changes++;
        scopes(change, place).forEach(scope -> moved.put(scope, changes));
    }

    /** In a preview: what was read of a machine says nothing of it once it would be started. */
    synchronized void foresee(Change change) {
        if (change instanceof Change.StartMachine(String name)) {
            changes++;
            moved.put(Scope.Shared.CLUSTER, changes);
            inventory.find(name).ifPresent(machine -> moved.put(shell(machine), changes));
        }
    }

    /** Something changed by itself and somebody waited for it. */
    synchronized long tick() {
        return ++changes;
    }

    /** All hosts with local access are one machine. */
    Scope.Shell shell(Host host) {
        return new Scope.Shell(
                switch (host.access()) {
                    case Access.Local _ -> Inventory.WORKSTATION;
                    case Access.Ssh _ -> host.name();
                });
    }

    private Set<Scope> scopes(Change change, Host place) {
        return switch (change) {
            case Change.OnHost _ -> ofHost(place);
            // a machine's end or start changes what can be seen on it, on its host and in the
            // cluster
            case Change.OnVirthost _ -> everything();
            case Change.OnCluster _ -> Set.of(Scope.Shared.CLUSTER);
            case Change.PushImage _ ->
                    Set.of(Scope.Shared.WORKSTATION, shell(inventory.virthost()));
            case Change.Here _ ->
                    Set.of(Scope.Shared.WORKSTATION, shell(inventory.host(Inventory.WORKSTATION)));
        };
    }

    private Set<Scope> ofHost(Host place) {
        Scope shell = shell(place);
        boolean machines =
                inventory.group(Inventory.VIRTHOST).stream().anyMatch(h -> shell(h).equals(shell));
        if (machines) {
            // its commands mount, cut off and feed machines, start hypervisor and registry
            return everything();
        }
        var scopes = new HashSet<Scope>(Set.of(shell));
        if (inventory.nodes().contains(place)) {
            scopes.add(Scope.Shared.CLUSTER);
        }
        if (shell.equals(shell(inventory.host(Inventory.WORKSTATION)))) {
            scopes.add(Scope.Shared.WORKSTATION);
        }
        return scopes;
    }

    private Set<Scope> everything() {
        var scopes = new HashSet<Scope>(EnumSet.allOf(Scope.Shared.class));
        inventory.hosts().forEach(host -> scopes.add(shell(host)));
        return scopes;
    }
}
