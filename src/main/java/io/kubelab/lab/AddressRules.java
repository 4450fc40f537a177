package io.kubelab.lab;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.machines.Vxlan;
import io.kubelab.settings.Address;
import io.kubelab.settings.AddressRange;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MultusSettings;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
     * @param written the inventory's own hosts
     * @param places where each of them was named
     */
    void check(LabTag lab, Inventory written, Map<String, Mark> places) {
        List<Address> virthosts =
                written.virthosts().stream().flatMap(v -> LabHosts.address(v).stream()).toList();
        List<Host> bare = written.bareNodes();
        NetworkSettings network = settings.network();
        boolean readable =
                network.bridgeNetworking()
                        ? network.asksDhcp()
                                || isRead(
                                        "bridge_network_range",
                                        network.bridgeNetworkRange(),
                                        AddressRange::of)
                        : isRead("lab_network_cidr", network.labNetworkCidr(), Cidr::new);
        readable &=
                !network.bridgeNetworking()
                        || isRead("bridge_network_dns", network.bridgeNetworkDns(), Address::new);
        readable &=
                !network.bridgeNetworking()
                        || network.bridgeVirthostAddress().equals(AutoSettings.AUTO)
                        || isRead(
                                "bridge_virthost_address",
                                network.bridgeVirthostAddress(),
                                Address::new);
        range(bare.size());
        var onLan = new LanRules(settings, values, problems);
        if (!readable || (network.asksDhcp() && !onLan.fitsDhcp())) {
            return;
        }
        AddressPlan plan = AddressPlan.of(lab, settings);
        Cidr subnet = plan.subnet();
        if (!plan.asksDhcp()) {
            machines(plan, written);
        }
        bare.forEach(host -> bare(host, plan, places.getOrDefault(host.name(), labNetwork())));
        Optional<SecondNetwork> second = SecondNetwork.of(lab, settings);
        second.ifPresent(this::secondAddresses);
        networks(subnet, second);
        pods(bare.size());
        outerAddresses(lab, written);
        if (plan.onLan()) {
            onLan.check(plan, virthosts);
            return;
        }
        virthosts.stream()
                .filter(subnet::contains)
                .forEach(address ->
                        problems.add(
                                labNetwork(),
                                "the lab's own network %s has the virthost's address %s in it; choose a network that is free, such as 192.168.170.0/24"
                                        .formatted(subnet, address)));
    }

    private boolean isRead(String key, String text, Function<String, ?> reading) {
        try {
            return reading.apply(text) != null;
        } catch (IllegalArgumentException e) {
            problems.add(values.place(key), "'%s': %s".formatted(key, e.getMessage()));
            return false;
        }
    }

    private AddressRange podRange() {
        return settings.multus().podRange();
    }

    private boolean isAuto(String key) {
        return AutoSettings.isAuto(values, key);
    }

    private void range(int bare) {
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
        } else if (end.minus(start) + 1 < nodes() + bare) {
            problems.add(
                    values.place("multus_ipam_rangeEnd"),
                    "%s to %s (%s) are fewer addresses than there are nodes; each node has some of its own"
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
        return podRange().contains(address);
    }

    private void usable(String key, Address address, Cidr subnet) {
        if (!subnet.contains(address)) {
            problems.add(
                    values.place(key),
                    "'%s' %s is outside of multus_ipam_subnet %s (%s)"
                            .formatted(key, address, subnet, values.place("multus_ipam_subnet")));
        } else if (subnet.reserves(address)) {
            problems.add(
                    values.place(key),
                    "'%s' %s is the network's own or its broadcast address"
                            .formatted(key, address));
        }
    }

    private void machines(AddressPlan plan, Inventory written) {
        Map<String, String> owners = new HashMap<>();
        if (!plan.onLan()) {
            virthosts(plan, written, owners);
        }
        owners.put(plan.virthost().text(), "the virthost");
        owners.put(plan.gateway().text(), "the gateway");
        for (int i = 0; i < plan.machines().size(); i++) {
            Reservation machine = plan.machines().get(i);
            var address = new Address(machine.address());
            Mark place = values.place("virtual_machines", String.valueOf(i), "static_ip");
            String owner = owners.putIfAbsent(address.text(), "'" + machine.machine() + "'");
            if (!plan.subnet().contains(address) || plan.subnet().reserves(address)) {
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

    /** What its name leads to, and its other addresses, only the host itself knows. */
    private void bare(Host host, AddressPlan plan, Mark place) {
        Optional<Address> written = LabHosts.address(host);
        if (written.isEmpty()) {
            return;
        }
        Address address = written.get();
        Optional<String> owner =
                plan.machines().stream()
                        .filter(m -> m.address().equals(address.text()))
                        .map(m -> "that of '%s'".formatted(m.machine()))
                        .findFirst()
                        .or(() ->
                                Optional.of("the virthost's in the lab's network")
                                        .filter(_ -> address.equals(plan.virthost())))
                        .or(() ->
                                Optional.of(
                                                "inside of the range of macvlan pods, %s (%s)"
                                                        .formatted(
                                                                podRange(),
                                                                values.place(
                                                                        "multus_ipam_rangeStart")))
                                        .filter(_ -> isPods(address)));
        owner.ifPresent(whose ->
                problems.add(
                        place,
                        "the address %s of '%s' is %s".formatted(address, host.name(), whose)));
    }

    /** Each virthost has an address in a network of the lab's own, to reach machines by. */
    private void virthosts(AddressPlan plan, Inventory written, Map<String, String> owners) {
        List<Host> virthosts = written.virthosts();
        List<Address> addresses = Vxlan.inner(plan, written);
        if (addresses.size() < virthosts.size()) {
            problems.add(
                    labNetwork(),
                    "the lab's own network %s has addresses for %d virthosts before the machines', and there are %d"
                            .formatted(plan.subnet(), addresses.size(), virthosts.size()));
        }
        for (int i = 0; i < addresses.size(); i++) {
            String name = "the virthost '%s'".formatted(virthosts.get(i));
            owners.put(addresses.get(i).text(), name);
            if (i > 0 && isPods(addresses.get(i))) {
                problems.add(
                        values.place("multus_ipam_rangeStart"),
                        "the address %s of %s is inside of the range of macvlan pods"
                                .formatted(addresses.get(i), name));
            }
        }
    }

    /** Where virthosts are joined by a VXLAN, each has to know where the others are. */
    private void outerAddresses(LabTag lab, Inventory written) {
        for (String name : settings.network().virthostAddresses().keySet()) {
            if (written.virthosts().stream().noneMatch(v -> v.name().equals(name))) {
                problems.add(
                        values.place("virthost_addresses", name),
                        "there is no host '%s' in the group 'virthost'".formatted(name));
            }
        }
        if (Vxlan.of(lab, written, settings).isEmpty()) {
            return;
        }
        for (Host virthost : written.virthosts()) {
            if (Vxlan.outer(virthost, settings).isEmpty()) {
                problems.add(
                        values.place("virthost_addresses"),
                        "the virthosts are joined by a VXLAN, and '%s' has no IPv4 address for 'ansible_host'; say by which one the others reach it: virthost_addresses: {%s: ADDRESS}"
                                .formatted(virthost, virthost));
            }
        }
    }

    private void secondAddresses(SecondNetwork second) {
        for (Reservation machine : second.machines()) {
            var address = new Address(machine.address());
            if (!second.subnet().contains(address) || second.subnet().reserves(address)) {
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

    private void pods(int bare) {
        Cidr pods = settings.kubernetes().podNetworkCidr();
        long nodes = (long) settings.machines().virtualMachines().size() + bare;
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
        if (settings.network().bridgeNetworking()) {
            return values.place("bridge_network_cidr");
        }
        return values.place(isAuto("lab_network_cidr") ? "multus_ipam_subnet" : "lab_network_cidr");
    }
}
