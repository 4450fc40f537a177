package io.kubelab.settings;

import io.kubelab.document.Key;

/**
 * Multus and the macvlan network of the article (CNI plugins macvlan and host-local).
 *
 * @param multusMacvlanMaster interface of the nodes that macvlan rides on
 */
@LabWide
public record MultusSettings(
        boolean multusUseCrd,
        Cidr multusIpamSubnet,
        @Key("multus_ipam_rangeStart") Address multusIpamRangeStart,
        @Key("multus_ipam_rangeEnd") Address multusIpamRangeEnd,
        Address multusIpamGateway,
        String multusMacvlanMaster) {
    /** The addresses of macvlan pods. */
    public AddressRange podRange() {
        return new AddressRange(multusIpamRangeStart, multusIpamRangeEnd);
    }
}
