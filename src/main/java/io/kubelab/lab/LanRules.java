package io.kubelab.lab;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.settings.Address;
import io.kubelab.settings.AddressRange;
import io.kubelab.settings.MultusSettings;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.util.List;

/** What must hold of addresses where machines are on the virthost's LAN. */
final class LanRules {
    private final Settings settings;
    private final Values values;
    private final Problems problems;

    /**
     * @param settings resolved
     */
    LanRules(Settings settings, Values values, Problems problems) {
        this.settings = settings;
        this.values = values;
        this.problems = problems;
    }

    /** What others on the LAN have must stay theirs. */
    void check(AddressPlan plan, List<Address> virthosts) {
        NetworkSettings network = settings.network();
        MultusSettings multus = settings.multus();
        if (!AutoSettings.isAuto(values, "lab_network_cidr")) {
            problems.add(
                    values.place("lab_network_cidr"),
                    "'lab_network_cidr' is for a network of the lab's own; with bridge_networking the LAN is bridge_network_cidr (%s)"
                            .formatted(values.place("bridge_network_cidr")));
        }
        for (String key : List.of("bridge_network_name", "bridge_physical_nic")) {
            String name = values.get(key).flatMap(n -> n.text()).orElse("");
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,14}")) {
                problems.add(
                        values.place(key),
                        "'%s': '%s' is no name of a network interface".formatted(key, name));
            }
        }
        if (!plan.subnet().contains(multus.multusIpamGateway())) {
            problems.add(
                    values.place("multus_ipam_gateway"),
                    "the gateway %s is not on the LAN %s (%s); with bridge_networking multus_ipam_* are addresses of the LAN, and multus_ipam_gateway is its router"
                            .formatted(
                                    multus.multusIpamGateway(),
                                    plan.subnet(),
                                    values.place("bridge_network_cidr")));
            return;
        }
        if (!network.bridgeVirthostAddress().equals(AutoSettings.AUTO)) {
            virthostOnLan(plan);
        }
        if (!plan.asksDhcp()) {
            range(plan, AddressRange.of(network.bridgeNetworkRange()), virthosts);
        }
    }

    private void virthostOnLan(AddressPlan plan) {
        Mark place = values.place("bridge_virthost_address");
        if (!plan.subnet().contains(plan.virthost()) || plan.subnet().reserves(plan.virthost())) {
            problems.add(
                    place,
                    "the virthost's address %s is not of the LAN %s (%s)"
                            .formatted(
                                    plan.virthost(),
                                    plan.subnet(),
                                    values.place("bridge_network_cidr")));
        } else if (podRange().contains(plan.virthost())) {
            problems.add(
                    place,
                    "the virthost's address %s is inside of the range of macvlan pods, %s (%s)"
                            .formatted(
                                    plan.virthost(),
                                    podRange(),
                                    values.place("multus_ipam_rangeStart")));
        }
    }

    /** What can't go together with addresses that only the LAN's DHCP server knows. */
    boolean fitsDhcp() {
        int before = problems.count();
        Mark place = values.place("bridge_network_range");
        for (int i = 0; i < settings.machines().virtualMachines().size(); i++) {
            String machine = String.valueOf(i);
            if (values.get("virtual_machines")
                    .flatMap(list -> list.at(machine, "static_ip"))
                    .isPresent()) {
                problems.add(
                        values.place("virtual_machines", machine, "static_ip"),
                        "machines ask the LAN's DHCP server for their addresses (bridge_network_range: dhcp); reserve the address there, or write a range of addresses of the LAN that it doesn't give away");
            }
        }
        if (settings.network().networkType().hasTwoNics()) {
            problems.add(
                    values.place("network_type"),
                    "2nics gives a machine the same place in both networks, so that the first must be known; write bridge_network_range, addresses of the LAN that its DHCP server doesn't give away (%s)"
                            .formatted(place));
        }
        return problems.count() == before;
    }

    private void range(AddressPlan plan, AddressRange range, List<Address> virthosts) {
        MultusSettings multus = settings.multus();
        Mark place = values.place("bridge_network_range");
        if (!plan.subnet().contains(range.first())
                || !plan.subnet().contains(range.last())
                || plan.subnet().reserves(range.first())
                || plan.subnet().reserves(range.last())) {
            problems.add(
                    place,
                    "%s is not of the LAN %s (%s)"
                            .formatted(range, plan.subnet(), values.place("bridge_network_cidr")));
        } else if (range.overlaps(podRange())) {
            problems.add(
                    place,
                    "%s overlaps the range of macvlan pods, %s (%s)"
                            .formatted(range, podRange(), values.place("multus_ipam_rangeStart")));
        } else if (range.contains(multus.multusIpamGateway())) {
            problems.add(
                    place,
                    "the gateway %s is inside of %s".formatted(multus.multusIpamGateway(), range));
        } else {
            virthosts.stream()
                    .filter(v -> range.contains(v) && !v.equals(plan.virthost()))
                    .forEach(v ->
                            problems.add(
                                    place,
                                    "the virthost's address %s is inside of %s, whose addresses are for machines"
                                            .formatted(v, range)));
            room(plan, range, place);
        }
    }

    /** Machines that name no address have one of the range. */
    private void room(AddressPlan plan, AddressRange range, Mark mark) {
        for (int i = 0; i < plan.machines().size(); i++) {
            Reservation machine = plan.machines().get(i);
            String place = String.valueOf(i);
            boolean named =
                    values.get("virtual_machines")
                            .flatMap(list -> list.at(place, "static_ip"))
                            .isPresent();
            if (!named && !range.contains(new Address(machine.address()))) {
                problems.add(
                        mark,
                        "%s has no address left for '%s'; the first is the virthost's. Write a larger bridge_network_range, or give the machine a static_ip"
                                .formatted(range, machine.machine()));
            }
        }
    }

    private AddressRange podRange() {
        return settings.multus().podRange();
    }
}
