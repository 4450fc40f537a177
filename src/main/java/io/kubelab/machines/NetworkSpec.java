package io.kubelab.machines;

import java.util.List;

/**
 * A libvirt NAT network.
 *
 * @param bridge name of its bridge on the virthost, at most 15 characters
 * @param gateway the virthost's own address in it
 * @param prefix length of the netmask in bits
 * @param reservations addresses that belong to machines; DHCP gives away no others
 */
public record NetworkSpec(
        String name,
        MachineSpec.LabTag lab,
        String bridge,
        String gateway,
        int prefix,
        List<Reservation> reservations) {
    public NetworkSpec {
        reservations = List.copyOf(reservations);
    }

    /**
     * @param mac six octets in lower-case hex, colon separated
     */
    public record Reservation(String machine, String mac, String address) {}
}
