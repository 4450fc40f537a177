package io.kubelab.machines;

import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Who has which address on the machines' second interface, {@code eth1}. Nobody but the lab's
 * machines is in that network, so that labs may have the same addresses there. A machine's place in
 * it is that in the lab's first network: .11 there is .11 here, and stays.
 *
 * @param network name of the libvirt network
 * @param bridge name of its bridge on the virthost
 */
public record SecondNetwork(
        String network, String bridge, Cidr subnet, List<Reservation> machines) {
    /** No lab's name has a '+', so that this is no other lab's first network. */
    private static final String SUFFIX = "+eth1";

    /** Empty if the settings want none; whether addresses clash is for {@code lab} to say. */
    public static Optional<SecondNetwork> of(LabTag lab, Settings settings) {
        if (!settings.network().networkType().hasTwoNics()) {
            return Optional.empty();
        }
        AddressPlan first = AddressPlan.of(lab, settings);
        Cidr subnet = settings.network().secondNetworkCidr();
        List<Reservation> machines =
                first.machines().stream()
                        .map(m ->
                                new Reservation(
                                        m.machine(),
                                        AddressPlan.mac(lab.uuid(), m.machine() + SUFFIX),
                                        subnet.address(place(m, first)).text()))
                        .toList();
        return Optional.of(new SecondNetwork(name(lab), bridgeName(lab), subnet, machines));
    }

    /** Of the libvirt network, whether the lab has one or had one. */
    public static String name(LabTag lab) {
        return "kubelab-" + lab.name() + SUFFIX;
    }

    static String bridgeName(LabTag lab) {
        return AddressPlan.bridgeName(lab) + "-2";
    }

    private static long place(Reservation machine, AddressPlan first) {
        return new Address(machine.address()).minus(first.subnet().address(0));
    }

    /** The machine's interface there. */
    public Nic nic(String machine) {
        Reservation place =
                machines.stream()
                        .filter(m -> m.machine().equals(machine))
                        .findFirst()
                        .orElseThrow();
        return new Nic(
                network,
                Optional.empty(),
                place.mac(),
                place.address(),
                subnet.prefix(),
                Optional.empty());
    }

    public NetworkSpec networkSpec(LabTag lab) {
        return new NetworkSpec(network, lab, bridge, Optional.empty());
    }
}
