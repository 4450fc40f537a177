package io.kubelab.step;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.Settings;
import java.nio.file.Path;
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
    public record Places(Path home, Path cache, Path state, Path keys) {}
}
