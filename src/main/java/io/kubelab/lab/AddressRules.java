package io.kubelab.lab;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MultusSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What addresses must be for packets to find their way; told before anything is made. */
final class AddressRules {
    private static final Set<String> NODES =
            Set.of(Inventory.CONTROL_PLANE, Inventory.FURTHER_CONTROL_PLANES, Inventory.WORKERS);

    /** The controller manager's default: each node has a /24 of the pod network. */
    private static final int NODE_PREFIX = 24;

    private final Settings settings;
    private final Values values;
    private final Problems problems;

    /**
     * @param settings resolved
     */
    AddressRules(Settings settings, Values values, Problems problems) {
        this.settings = settings;
        this.values = values;
        this.problems = problems;
    }

    private record Network(String key, Cidr cidr, Mark place) {}

    /**
     * @param virthost its address as the inventory has it, if it is one
     */
    void check(LabTag lab, Optional<Address> virthost) {
        Cidr subnet;
        try {
            subnet = new Cidr(settings.network().labNetworkCidr());
        } catch (IllegalArgumentException e) {
            problems.add(values.place("lab_network_cidr"), "'lab_network_cidr': " + e.getMessage());
            return;
        }
        AddressPlan plan = AddressPlan.of(lab, settings);
        range();
        machines(plan);
        Optional<SecondNetwork> second = SecondNetwork.of(lab, settings);
        second.ifPresent(this::secondAddresses);
        networks(subnet, second);
        pods();
        virthost.filter(subnet::contains)
                .ifPresent(address ->
                        problems.add(
                                labNetwork(),
                                "the lab's own network %s has the virthost's address %s in it; choose a network that is free, such as 192.168.170.0/24"
                                        .formatted(subnet, address)));
    }

    private void range() {
        MultusSettings multus = settings.multus();
        Cidr subnet = multus.multusIpamSubnet();
        Address start = multus.multusIpamRangeStart();
        Address end = multus.multusIpamRangeEnd();
        Address gateway = multus.multusIpamGateway();
        usable("multus_ipam_rangeStart", start, subnet);
        usable("multus_ipam_rangeEnd", end, subnet);
        usable("multus_ipam_gateway", gateway, subnet);
        if (start.compareTo(end) > 0) {
            problems.add(
                    values.place("multus_ipam_rangeEnd"),
                    "the range of macvlan pods ends at %s before it starts at %s (%s)"
                            .formatted(end, start, values.place("multus_ipam_rangeStart")));
        } else if (end.minus(start) + 1 < nodes()) {
            problems.add(
                    values.place("multus_ipam_rangeEnd"),
                    "%s to %s (%s) are fewer addresses than there are machines; each node has some of its own"
                            .formatted(start, end, values.place("multus_ipam_rangeStart")));
        } else if (isPods(gateway)) {
            problems.add(
                    values.place("multus_ipam_gateway"),
                    "the gateway %s is inside of the range of macvlan pods, %s to %s"
                            .formatted(gateway, start, end));
        }
    }

    /** Machines of other groups are no nodes of the cluster. */
    private long nodes() {
        return settings.machines().virtualMachines().stream()
                .filter(m -> NODES.contains(m.nodeType()))
                .count();
    }

    private boolean isPods(Address address) {
        MultusSettings multus = settings.multus();
        return address.compareTo(multus.multusIpamRangeStart()) >= 0
                && address.compareTo(multus.multusIpamRangeEnd()) <= 0;
    }

    private void usable(String key, Address address, Cidr subnet) {
        if (!subnet.contains(address)) {
            problems.add(
                    values.place(key),
                    "'%s' %s is outside of multus_ipam_subnet %s (%s)"
                            .formatted(key, address, subnet, values.place("multus_ipam_subnet")));
        } else if (isReserved(address, subnet)) {
            problems.add(
                    values.place(key),
                    "'%s' %s is the network's own or its broadcast address"
                            .formatted(key, address));
        }
    }

    private static boolean isReserved(Address address, Cidr subnet) {
        return address.equals(subnet.address(0)) || address.equals(subnet.last());
    }

    private void machines(AddressPlan plan) {
        Map<String, String> owners = new HashMap<>();
        owners.put(plan.gateway().text(), "the gateway");
        for (int i = 0; i < plan.machines().size(); i++) {
            Reservation machine = plan.machines().get(i);
            var address = new Address(machine.address());
            Mark place = values.place("virtual_machines", String.valueOf(i), "static_ip");
            String owner = owners.putIfAbsent(address.text(), "'" + machine.machine() + "'");
            if (!plan.subnet().contains(address) || isReserved(address, plan.subnet())) {
                problems.add(
                        place,
                        "the address %s of '%s' is not one for a machine of the lab's network %s (%s)"
                                .formatted(
                                        address, machine.machine(), plan.subnet(), labNetwork()));
            } else if (owner != null) {
                problems.add(
                        place,
                        "the address %s of '%s' is that of %s"
                                .formatted(address, machine.machine(), owner));
            } else if (isPods(address)) {
                problems.add(
                        place,
                        "the address %s of '%s' is inside of the range of macvlan pods (%s)"
                                .formatted(
                                        address,
                                        machine.machine(),
                                        values.place("multus_ipam_rangeStart")));
            }
        }
    }

    private void secondAddresses(SecondNetwork second) {
        for (Reservation machine : second.machines()) {
            var address = new Address(machine.address());
            if (!second.subnet().contains(address) || isReserved(address, second.subnet())) {
                problems.add(
                        values.place("second_network_cidr"),
                        "%s has no place for '%s', which would be %s there as it is in the lab's network (%s)"
                                .formatted(
                                        second.subnet(), machine.machine(), address, labNetwork()));
            } else if (isPods(address)) {
                problems.add(
                        values.place("multus_ipam_rangeStart"),
                        "the address %s of '%s' in the second network (%s) is inside of the range of macvlan pods"
                                .formatted(
                                        address,
                                        machine.machine(),
                                        values.place("second_network_cidr")));
            }
        }
    }

    private void networks(Cidr subnet, Optional<SecondNetwork> second) {
        var networks = new ArrayList<Network>();
        networks.add(new Network("the lab's network", subnet, labNetwork()));
        second.map(SecondNetwork::subnet)
                .ifPresent(cidr -> networks.add(network("second_network_cidr", cidr)));
        // macvlan pods may be in a network of the machines', the first or the second
        if (networks.stream()
                .noneMatch(n -> n.cidr().equals(settings.multus().multusIpamSubnet()))) {
            networks.add(network("multus_ipam_subnet", settings.multus().multusIpamSubnet()));
        }
        networks.add(network("pod_network_cidr", settings.kubernetes().podNetworkCidr()));
        networks.add(network("service_network_cidr", settings.kubernetes().serviceNetworkCidr()));
        for (int i = 0; i < networks.size(); i++) {
            for (Network other : networks.subList(0, i)) {
                Network one = networks.get(i);
                if (one.cidr().overlaps(other.cidr())) {
                    problems.add(
                            one.place(),
                            "%s %s overlaps %s %s (%s)"
                                    .formatted(
                                            one.key(),
                                            one.cidr(),
                                            other.key(),
                                            other.cidr(),
                                            other.place()));
                }
            }
        }
    }

    private Network network(String key, Cidr cidr) {
        return new Network("'" + key + "'", cidr, values.place(key));
    }

    private void pods() {
        Cidr pods = settings.kubernetes().podNetworkCidr();
        long nodes = settings.machines().virtualMachines().size();
        if (pods.prefix() > NODE_PREFIX || 1L << (NODE_PREFIX - pods.prefix()) < nodes) {
            problems.add(
                    values.place("pod_network_cidr"),
                    "%s has no /%d for each of %d machines".formatted(pods, NODE_PREFIX, nodes));
        } else if (pods.prefix() < NODE_PREFIX - 16) {
            problems.add(
                    values.place("pod_network_cidr"),
                    "%s is too large: Kubernetes divides at most a /%d into /%ds"
                            .formatted(pods, NODE_PREFIX - 16, NODE_PREFIX));
        }
        Cidr services = settings.kubernetes().serviceNetworkCidr();
        if (services.prefix() < 12 || services.prefix() > 27) {
            problems.add(
                    values.place("service_network_cidr"),
                    "%s must have a prefix from /12 to /27".formatted(services));
        }
    }

    private Mark labNetwork() {
        List<String> keys = List.of("lab_network_cidr", "multus_ipam_subnet");
        return values.get("lab_network_cidr")
                        .flatMap(n -> n.text())
                        .filter(AutoSettings.AUTO::equals)
                        .isPresent()
                ? values.place(keys.getLast())
                : values.place(keys.getFirst());
    }
}
