package io.kubelab.lab;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.inventory.InventoryDraft;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.Settings;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What hosts of the inventory must be that are to be nodes, without being machines of the lab. */
final class BareHostRules {
    private final InventoryDraft draft;
    private final Problems problems;

    BareHostRules(InventoryDraft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
    }

    void check(Settings settings, List<Host> written) {
        Set<String> machines =
                settings.machines().virtualMachines().stream()
                        .map(VirtualMachine::name)
                        .collect(Collectors.toSet());
        // MachineRules tells of those that are both
        written.stream()
                .filter(host -> !machines.contains(host.name()))
                .forEach(host -> check(settings, host));
    }

    private void check(Settings settings, Host host) {
        Stream.of(
                        Inventory.CONTROL_PLANE,
                        Inventory.FURTHER_CONTROL_PLANES,
                        Inventory.LOAD_BALANCERS)
                .filter(host::in)
                .findFirst()
                .ifPresent(group ->
                        add(
                                host,
                                "'%s' is in the group '%s', which is for machines of virtual_machines alone; a host that is there already can be a worker (group 'nodes')"
                                        .formatted(host, group)));
        if (host.in(Inventory.WORKERS)) {
            worker(settings, host);
        }
    }

    private void worker(Settings settings, Host host) {
        if (host.in(Inventory.VIRTHOST)) {
            add(
                    host,
                    "'%s' is the virthost, whose nodes are machines on it; it can't be in the group 'nodes' itself"
                            .formatted(host));
        } else if (host.access() instanceof Access.Local) {
            add(
                    host,
                    "'%s' is this workstation (ansible_connection=local), and a node is another host; write its ansible_host"
                            .formatted(host));
        }
        if (!MachineRules.LABEL.matcher(host.name()).matches()
                || host.name().equals(AddressPlan.API_SERVER)) {
            add(
                    host,
                    "'%s' can't be a node's name: at most 63 lower-case letters, digits and '-', with no '-' at the ends, and not '%s'"
                            .formatted(host, AddressPlan.API_SERVER));
        }
        if (settings.network().networkType().hasTwoNics()) {
            add(
                    host,
                    "'%s' is not on the second network of the machines (network_type: 2nics), which is the lab's own; hosts that are there already join labs with 'network_type: default'"
                            .formatted(host));
        }
    }

    private void add(Host host, String what) {
        Mark place = draft.hosts().get(host.name());
        if (place == null) {
            problems.add("inventory", what);
        } else {
            problems.add(place, what);
        }
    }
}
