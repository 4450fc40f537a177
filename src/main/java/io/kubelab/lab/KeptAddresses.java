package io.kubelab.lab;

import io.kubelab.lab.LabMemory.Remembered;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Machines keep the addresses that they once got by their place in the list, whoever comes or goes
 * before them; newcomers get none that another machine of the lab has or had, since that may still
 * be running.
 */
final class KeptAddresses {
    private KeptAddresses() {}

    /** Puts addresses where the settings leave them open. */
    static Settings in(Settings settings, Remembered known) {
        return settings.network().asksDhcp()
                ? settings.with(leased(settings.machines(), known.leases()))
                        .with(onLan(settings.network(), known.virthostAddress()))
                : fixed(settings, known.addresses());
    }

    private static NetworkSettings onLan(NetworkSettings settings, Optional<String> virthost) {
        return virthost.map(Address::new)
                .filter(_ -> settings.bridgeVirthostAddress().equals(AutoSettings.AUTO))
                .filter(settings.bridgeNetworkCidr()::contains)
                .map(settings::withVirthost)
                .orElse(settings);
    }

    /** Who has none yet stays without. */
    private static MachineSettings leased(MachineSettings settings, Map<String, String> leases) {
        return settings.with(
                settings.virtualMachines().stream()
                        .map(machine ->
                                machine.staticIp()
                                        .or(() ->
                                                Optional.ofNullable(leases.get(machine.name()))
                                                        .map(Address::new))
                                        .map(machine::at)
                                        .orElse(machine))
                        .toList());
    }

    /**
     * @param remembered by name of the machine; empty: nothing is
     */
    private static Settings fixed(Settings settings, Map<String, String> remembered) {
        if (remembered.isEmpty()) {
            return settings;
        }
        Cidr subnet;
        Address first;
        try {
            subnet = settings.network().machineNetwork();
            first = settings.network().firstMachine();
        } catch (IllegalArgumentException e) {
            // told by AddressRules
            return settings;
        }
        MachineSettings old = settings.machines();
        Set<Address> taken = new HashSet<>();
        remembered.values().forEach(text -> taken.add(new Address(text)));
        old.virtualMachines().forEach(m -> m.staticIp().ifPresent(taken::add));
        var machines = new ArrayList<VirtualMachine>();
        for (VirtualMachine machine : old.virtualMachines()) {
            Address address =
                    machine.staticIp()
                            .or(() ->
                                    Optional.ofNullable(remembered.get(machine.name()))
                                            .map(Address::new)
                                            .filter(subnet::contains))
                            .orElseGet(() -> free(first, subnet.last(), taken));
            taken.add(address);
            machines.add(machine.at(address));
        }
        return settings.with(old.with(machines));
    }

    /** The last one of the network's if there is none; that clashes, and is told so. */
    private static Address free(Address first, Address last, Set<Address> taken) {
        Address address = first;
        while (taken.contains(address) && !address.equals(last)) {
            address = address.plus(1);
        }
        return address;
    }
}
