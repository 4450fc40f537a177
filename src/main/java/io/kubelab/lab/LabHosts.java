package io.kubelab.lab;

import io.kubelab.inventory.ConnectionVariables;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.inventory.InventoryDraft;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.Address;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who is in a lab, and how each is reached. */
final class LabHosts {
    private final InventoryDraft draft;

    LabHosts(InventoryDraft draft) {
        this.draft = draft;
    }

    /** The inventory's own hosts. */
    List<Host> written(SettingLayers layers, ConnectionVariables connections) {
        var hosts = new ArrayList<Host>();
        for (String host : draft.hosts().keySet()) {
            Set<String> groups = draft.groupsOf(host);
            hosts.add(
                    new Host(
                            host,
                            groups,
                            connections.access(host, layers.connection(host, groups))));
        }
        return List.copyOf(hosts);
    }

    /** The address of a host as it is written; empty for a name, which may lead anywhere. */
    static Optional<Address> address(Host host) {
        try {
            return host.access() instanceof Access.Ssh ssh
                    ? Optional.of(new Address(ssh.address()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The inventory's hosts, the machines, and the workstation.
     *
     * @param state the lab's directory: the machines' host keys are there
     */
    Inventory all(List<Host> written, MachineSettings settings, AddressPlan plan, Path state) {
        var hosts = new ArrayList<>(written);
        var inventory = new Inventory(written);
        for (VirtualMachine machine : settings.virtualMachines()) {
            var groups = new TreeSet<>(draft.withParents(Set.of(machine.nodeType())));
            groups.add(Inventory.MACHINES);
            Host virthost = machine.virthost().map(inventory::host).orElseGet(inventory::virthost);
            hosts.add(
                    new Host(
                            machine.name(),
                            groups,
                            new Access.Ssh(
                                    plan.machine(machine.name()).address(),
                                    22,
                                    settings.defaultAnsibleUser(),
                                    settings.vmSshKeyPath(),
                                    virthost.access() instanceof Access.Local
                                            ? ""
                                            : virthost.name(),
                                    state.resolve("known_hosts").toString())));
        }
        if (hosts.stream().noneMatch(h -> h.name().equals(Inventory.WORKSTATION))) {
            hosts.add(new Host(Inventory.WORKSTATION, Set.of(), new Access.Local()));
        }
        return new Inventory(hosts);
    }
}
