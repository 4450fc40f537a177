package io.kubelab.inventory;

import io.kubelab.failure.InvalidInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All hosts, in the order in which they were written: the inventory's own, then the machines of
 * {@code virtual_machines}, and always {@code localhost}, the workstation (in no group, unless the
 * inventory names it).
 */
public record Inventory(List<Host> hosts) {
    public static final String WORKSTATION = "localhost";
    public static final String VIRTHOST = "virthost";
    public static final String CONTROL_PLANE = "master";

    /** kube-ansible's word for control planes beside the first, which is its one {@code master}. */
    public static final String FURTHER_CONTROL_PLANES = "master_slave";

    /** Machines that pass on to all API servers what comes to their own port 6443. */
    public static final String LOAD_BALANCERS = "lb";

    public static final String WORKERS = "nodes";

    /** The group of every machine of {@code virtual_machines}. */
    public static final String MACHINES = "machines";

    /** Ansible's group of hosts that are in no other. */
    public static final String UNGROUPED = "ungrouped";

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

    /** The members of a group; {@code all} is everyone but the implicit workstation. */
    public List<Host> group(String group) {
        return hosts.stream().filter(h -> h.in(group) && !isImplicit(h)).toList();
    }

    /** The names of groups that have a member or a meaning, {@code all} among them. */
    public Set<String> groups() {
        var groups =
                new TreeSet<>(
                        Set.of(
                                "all",
                                VIRTHOST,
                                CONTROL_PLANE,
                                FURTHER_CONTROL_PLANES,
                                LOAD_BALANCERS,
                                WORKERS,
                                MACHINES,
                                UNGROUPED));
        hosts.forEach(h -> groups.addAll(h.groups()));
        return groups;
    }

    /** The workstation, unless the user named it in an inventory: then it is a host like others. */
    public boolean isImplicit(Host host) {
        return host.name().equals(WORKSTATION) && host.groups().isEmpty();
    }

    /** All that machines are on. */
    public List<Host> virthosts() {
        return group(VIRTHOST);
    }

    /** The first: registry, gateway and the way to the API server are there. */
    public Host virthost() {
        return virthosts().stream()
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput(
                                "inventory",
                                "the group 'virthost' has no host; name the machine that runs libvirt in it"));
    }

    /** The control plane that kubeadm initialises, where there is no cluster yet. */
    public Host firstControlPlane() {
        return group(CONTROL_PLANE).stream()
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput(
                                "virtual_machines",
                                "no machine has 'node_type: master'; a cluster needs one"));
    }

    /** The hosts whose API servers are the cluster's: the first, then the further ones. */
    public List<Host> controlPlanes() {
        return Stream.concat(
                        group(CONTROL_PLANE).stream(),
                        group(FURTHER_CONTROL_PLANES).stream().filter(h -> !h.in(CONTROL_PLANE)))
                .toList();
    }

    /**
     * Whether the API server has a name that doesn't mean one machine alone, as it has where there
     * may be several.
     */
    public boolean sharesApiServer() {
        return controlPlanes().size() > 1 || !group(LOAD_BALANCERS).isEmpty();
    }

    /**
     * Every host that is a node of the cluster: control planes first, then workers, those that
     * kubelab made before others.
     */
    public List<Host> nodes() {
        List<Host> controlPlanes = controlPlanes();
        List<Host> bare = bareNodes();
        return Stream.of(
                        controlPlanes.stream(),
                        group(WORKERS).stream()
                                .filter(h -> !controlPlanes.contains(h) && !bare.contains(h)),
                        bare.stream())
                .flatMap(hosts -> hosts)
                .toList();
    }

    /** Workers that were there before the lab: hosts which the inventory itself has. */
    public List<Host> bareNodes() {
        return group(WORKERS).stream().filter(h -> !h.in(MACHINES)).toList();
    }
}
