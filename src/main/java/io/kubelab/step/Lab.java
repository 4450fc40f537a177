package io.kubelab.step;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The lab that a run is about.
 *
 * @param tag its name and uuid
 * @param settingsByHost per host name; every host of the inventory has them
 * @param places where the lab keeps things on the workstation
 */
public record Lab(
        LabTag tag, Inventory inventory, Map<String, Settings> settingsByHost, Places places) {
    public Settings settings(Host host) {
        Settings found = settingsByHost.get(host.name());
        if (found == null) {
            throw new IllegalArgumentException("no settings are bound for " + host);
        }
        return found;
    }

    /** The virthost that a machine is on; of a virthost itself, and of any other host the first. */
    public Host virthost(Host host) {
        return host.in(Inventory.VIRTHOST)
                ? host
                : settings().machines().virtualMachines().stream()
                        .filter(m -> m.name().equals(host.name()))
                        .findFirst()
                        .flatMap(VirtualMachine::virthost)
                        .map(inventory::host)
                        .orElseGet(inventory::virthost);
    }

    /** The machines that are on a virthost, or are to be there. */
    public List<VirtualMachine> machinesOn(Host virthost) {
        String first = inventory.virthost().name();
        return settings().machines().virtualMachines().stream()
                .filter(m -> m.virthost().orElse(first).equals(virthost.name()))
                .toList();
    }

    /** How many times as long as elsewhere something may take on a host. */
    public int slowness(Host host) {
        // whoever joins waits for control planes, which are machines
        return host.in(Inventory.MACHINES) || host.in(Inventory.WORKERS)
                ? settings().machines().domainType().slowness()
                : 1;
    }

    /** Settings that are the same for every host. */
    public Settings settings() {
        return settings(inventory.host(Inventory.WORKSTATION));
    }

    /**
     * Directories of the workstation.
     *
     * @param home holds inventory/, playbooks-equivalent/, templates/ and bundle/
     * @param cache artifacts, named by digest; safe to delete (XDG cache directory)
     * @param state what this lab must not forget: uuid, host keys, remembered files (XDG state
     *     directory)
     * @param keys where the key to the machines lies: {@code ~/.ssh/<lab>}
     */
    public record Places(Path home, Path cache, Path state, Path keys) {
        /** Below {@link #state}: files named for machines, with the addresses that DHCP gave. */
        public Path leases() {
            return leases(state);
        }

        /** Of a lab with this state directory. */
        public static Path leases(Path state) {
            return state.resolve("leases");
        }
    }
}
