package io.kubelab.machines;

import java.util.List;

/**
 * A libvirt NAT network.
 *
 * @param bridge name of its bridge on the virthost, at most 15 characters
 * @param gateway the virthost's own address in it
 * @param prefix length of the netmask
 * @param dhcpStart first address that DHCP gives away
 * @param dhcpEnd last address that DHCP gives away
 * @param reservations addresses that belong to machines
 */
public record NetworkSpec(
        String name,
        MachineSpec.LabTag lab,
        String bridge,
        String gateway,
        int prefix,
        String dhcpStart,
        String dhcpEnd,
        List<Reservation> reservations) {
    public record Reservation(String machine, String mac, String address) {}
}
