package io.kubelab.settings;

import java.util.Map;
import java.util.Optional;

/**
 * The network that machines are on.
 *
 * @param labNetworkCidr the NAT network that the lab makes; {@code auto}: {@code
 *     multus_ipam_subnet}, so that macvlan addresses are of the machines' own network
 * @param secondNetworkCidr with {@code 2nics}: the network that the machines' {@code eth1} is in
 * @param bridgeNetworking machines on the virthost's LAN instead
 * @param bridgeName kept for kube-ansible's files; never decides anything
 * @param bridgePhysicalNic the virthost's interface to the LAN
 * @param bridgeNetworkRange first and last address for machines; {@code dhcp}: they ask the LAN
 * @param bridgeVirthostAddress of the virthost, for machines; {@code auto}: the range's first, or
 *     with {@code dhcp} what the virthost has on the LAN
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
        String bridgeVirthostAddress,
        String bridgeNetworkDns,
        Map<String, Address> virthostAddresses) {
    /** Where machine addresses start in a network of the lab's own, counted from the network's. */
    private static final int FIRST_MACHINE = 10;

    /** Of {@link #bridgeNetworkRange}: nobody but the LAN's DHCP server knows addresses. */
    private static final String DHCP = "dhcp";

    private static final String AUTO = "auto";

    /** Whether machines are on a LAN whose DHCP server gives them their addresses. */
    public boolean asksDhcp() {
        return bridgeNetworking && bridgeNetworkRange.equals(DHCP);
    }

    /** What is said of the virthost's own address on a LAN; empty: it is for others to know. */
    public Optional<Address> virthostOnLan() {
        if (!bridgeVirthostAddress.equals(AUTO)) {
            return Optional.of(new Address(bridgeVirthostAddress));
        }
        return asksDhcp()
                ? Optional.empty()
                : Optional.of(AddressRange.of(bridgeNetworkRange).first());
    }

    /** With this address of the virthost on the LAN. */
    public NetworkSettings withVirthost(Address address) {
        return new NetworkSettings(
                labNetworkCidr,
                networkType,
                secondNetworkCidr,
                bridgeNetworking,
                bridgeName,
                bridgePhysicalNic,
                bridgeNetworkName,
                bridgeNetworkCidr,
                bridgeNetworkRange,
                address.text(),
                bridgeNetworkDns,
                virthostAddresses);
    }

    /** The network that machines are on; only when {@code auto} is resolved. */
    public Cidr machineNetwork() {
        return bridgeNetworking ? bridgeNetworkCidr : new Cidr(labNetworkCidr);
    }

    /**
     * The address of the first machine that names none; on a LAN the virthost's comes before it if
     * it is of the same range.
     */
    public Address firstMachine() {
        if (!bridgeNetworking) {
            return machineNetwork().address(FIRST_MACHINE);
        }
        Address first = AddressRange.of(bridgeNetworkRange).first();
        return bridgeVirthostAddress.equals(AUTO) ? first.plus(1) : first;
    }
}
