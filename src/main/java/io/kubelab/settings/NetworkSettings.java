package io.kubelab.settings;

/**
 * The network that machines are on.
 *
 * @param labNetworkCidr the NAT network that the lab makes; {@code auto}: {@code
 *     multus_ipam_subnet}, so that macvlan addresses are of the machines' own network
 * @param secondNetworkCidr with {@code 2nics}: the network that the machines' {@code eth1} is in
 * @param bridgeNetworking machines on the virthost's LAN instead (refused until that is there)
 * @param bridgeName kept for kube-ansible's files; never decides anything
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
        Cidr bridgeNetworkCidr) {}
