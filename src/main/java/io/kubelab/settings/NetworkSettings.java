package io.kubelab.settings;

import java.util.Map;

/**
 * The network that machines are on.
 *
 * @param labNetworkCidr the NAT network that the lab makes; {@code auto}: {@code
 *     multus_ipam_subnet}, so that macvlan addresses are of the machines' own network
 * @param secondNetworkCidr with {@code 2nics}: the network that the machines' {@code eth1} is in
 * @param bridgeNetworking machines on the virthost's LAN instead
 * @param bridgeName kept for kube-ansible's files; never decides anything
 * @param bridgePhysicalNic the virthost's interface to the LAN
 * @param bridgeNetworkRange first and last address for machines; {@code auto}: some of {@code
 *     multus_ipam_*}'s
 * @param bridgeNetworkDns name server of the machines; {@code auto}: the LAN's router
 * @param virthostAddresses by name, the address by which other virthosts reach one; of others it is
 *     {@code ansible_host}
 */
@LabWide
public record NetworkSettings(
        String labNetworkCidr,
        NetworkType networkType,
        Cidr secondNetworkCidr,
        boolean bridgeNetworking,
        String bridgeName,
        String bridgePhysicalNic,
        String bridgeNetworkName,
        Cidr bridgeNetworkCidr,
        String bridgeNetworkRange,
        String bridgeNetworkDns,
        Map<String, Address> virthostAddresses) {
    /** Where machine addresses start in a network of the lab's own, counted from the network's. */
    private static final int FIRST_MACHINE = 10;

    /** The network that machines are on; only when {@code auto} is resolved. */
    public Cidr machineNetwork() {
        return bridgeNetworking ? bridgeNetworkCidr : new Cidr(labNetworkCidr);
    }

    /**
     * The address of the first machine that names none; the virthost's comes before it on a LAN.
     */
    public Address firstMachine() {
        return bridgeNetworking
                ? AddressRange.of(bridgeNetworkRange).first().plus(1)
                : machineNetwork().address(FIRST_MACHINE);
    }
}
