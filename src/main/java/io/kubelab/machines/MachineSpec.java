package io.kubelab.machines;

import java.util.List;
import java.util.UUID;

/**
 * A machine as we want it (libvirt domain XML).
 *
 * @param name domain name
 * @param lab the lab that owns it; written into the domain's metadata
 * @param type {@code lxc}, {@code qemu} or {@code kvm}
 * @param memoryMiB memory in MiB
 * @param cpus number of virtual CPUs
 * @param root for a container: the directory that becomes its root
 * @param init for a container: the program that becomes process 1
 * @param mounts for a container: further directories
 * @param nics network interfaces, the first is the guest's {@code eth0}
 */
public record MachineSpec(
        String name,
        LabTag lab,
        String type,
        int memoryMiB,
        int cpus,
        String root,
        String init,
        List<Mount> mounts,
        List<Nic> nics) {
    public MachineSpec {
        mounts = List.copyOf(mounts);
        nics = List.copyOf(nics);
    }

    /**
     * @param mac six octets in lower-case hex, colon separated
     * @param address what a container has before its first process runs
     * @param prefix length of the netmask in bits
     * @param gateway of the default route
     */
    public record Nic(String network, String mac, String address, int prefix, String gateway) {}

    /** A directory of the virthost and where the machine sees it. */
    public record Mount(String source, String target) {}

    /** Who owns a thing on a virthost. */
    public record LabTag(String name, UUID uuid) {}
}
