package io.kubelab.machines;

import java.util.List;
import java.util.Optional;

/**
 * A libvirt network.
 *
 * @param bridge name of its bridge on the virthost, at most 15 characters
 * @param nat empty: an isolated network, which the virthost itself is not in
 */
public record NetworkSpec(String name, MachineSpec.LabTag lab, String bridge, Optional<Nat> nat) {
    /**
     * The way out, and who has which address.
     *
     * @param gateway the virthost's own address in it
     * @param prefix length of the netmask in bits
     * @param reservations addresses that belong to machines; DHCP gives away no others
     */
    public record Nat(String gateway, int prefix, List<Reservation> reservations) {
        public Nat {
            reservations = List.copyOf(reservations);
        }

        /** Whether it is the same network for machines that are in it. */
        public boolean hasSameAddresses(Nat other) {
            return gateway.equals(other.gateway) && prefix == other.prefix;
        }
    }

    /**
     * @param mac six octets in lower-case hex, colon separated
     * @param address empty text: a DHCP server has yet to give it
     */
    public record Reservation(String machine, String mac, String address) {}
}
