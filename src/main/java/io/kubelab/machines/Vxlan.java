package io.kubelab.machines;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.Address;
import io.kubelab.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of the lab's whose machines are on several virthosts: each of these has a bridge of the
 * same name, and a VXLAN device (RFC 7348) as a port of it joins them to one layer 2. What is for
 * all, or for nobody known, is sent to each of the others by itself, so that no multicast is needed
 * between them.
 *
 * @param device name of the VXLAN device on each virthost
 * @param id the network's number, 24 bits
 * @param ends the virthosts, in the order of the inventory
 */
public record Vxlan(String device, String bridge, int id, List<End> ends) {
    /** UDP; IANA's. */
    public static final int PORT = 4789;

    /** What an Ethernet leaves for a packet inside: 14 for its header, 8, 8 and 20 around it. */
    public static final int MTU = 1450;

    /** Addresses of further virthosts in a network of the lab's own: machines' come after them. */
    private static final int LAST_VIRTHOST = 9;

    public Vxlan {
        ends = List.copyOf(ends);
    }

    /**
     * @param outer where the other virthosts send to
     */
    public record End(String virthost, Address outer) {
        private static Optional<End> of(Host virthost, Settings settings) {
            return Vxlan.outer(virthost, settings)
                    .map(address -> new End(virthost.name(), address));
        }
    }

    /**
     * The lab's networks that are stretched: none on one virthost, and never the LAN. Virthosts
     * whose address isn't known are told by {@code lab} before a run.
     */
    public static List<Vxlan> of(LabTag lab, Inventory inventory, Settings settings) {
        if (inventory.virthosts().size() < 2) {
            return List.of();
        }
        List<End> ends =
                inventory.virthosts().stream().flatMap(v -> End.of(v, settings).stream()).toList();
        var all = new ArrayList<Vxlan>();
        AddressPlan plan = AddressPlan.of(lab, settings);
        if (!plan.onLan()) {
            all.add(on(plan.bridge(), lab, ends));
        }
        SecondNetwork.of(lab, settings)
                .ifPresent(second -> all.add(on(second.bridge(), lab, ends)));
        return List.copyOf(all);
    }

    private static Vxlan on(String bridge, LabTag lab, List<End> ends) {
        return new Vxlan(device(bridge), bridge, AddressPlan.number(lab.uuid() + bridge), ends);
    }

    /** At most 15 characters, as the bridge's name has at most 14. */
    private static String device(String bridge) {
        return bridge + "v";
    }

    /** The names of the devices that the lab has or may once have had. */
    public static List<String> devices(LabTag lab) {
        return bridges(lab).stream().map(Vxlan::device).toList();
    }

    /** The names of the bridges that these are in. */
    public static List<String> bridges(LabTag lab) {
        return List.of(AddressPlan.bridgeName(lab), SecondNetwork.bridgeName(lab));
    }

    /**
     * The address by which other virthosts reach one: as {@code virthost_addresses} says, else its
     * {@code ansible_host} if that is one.
     */
    public static Optional<Address> outer(Host virthost, Settings settings) {
        return Optional.ofNullable(settings.network().virthostAddresses().get(virthost.name()))
                .or(() ->
                        virthost.access() instanceof Access.Ssh ssh
                                ? address(ssh.address())
                                : Optional.empty());
    }

    private static Optional<Address> address(String text) {
        try {
            return Optional.of(new Address(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The address of each virthost in the lab's own network, in the order of the inventory: the
     * first one's is the gateway, further ones have the lowest beside it. Fewer, if there is no
     * room for more before the machines.
     */
    public static List<Address> inner(AddressPlan plan, Inventory inventory) {
        var addresses = new ArrayList<>(List.of(plan.gateway()));
        for (int i = 1; i <= LAST_VIRTHOST; i++) {
            Address address = plan.subnet().address(i);
            if (!address.equals(plan.gateway())) {
                addresses.add(address);
            }
        }
        return List.copyOf(
                addresses.subList(0, Math.min(addresses.size(), inventory.virthosts().size())));
    }

    /** The end on this virthost. */
    public Optional<End> end(String virthost) {
        return ends.stream().filter(e -> e.virthost().equals(virthost)).findFirst();
    }

    /** The addresses that an end sends to. */
    public List<String> peers(End end) {
        return ends.stream().filter(e -> !e.equals(end)).map(e -> e.outer().text()).toList();
    }
}
