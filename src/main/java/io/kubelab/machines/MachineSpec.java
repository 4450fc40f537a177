package io.kubelab.machines;

import io.kubelab.settings.KnownImage.Firmware;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A machine as we want it (libvirt domain XML).
 *
 * @param name domain name
 * @param lab the lab that owns it; written into the domain's metadata
 * @param memoryMiB memory in MiB
 * @param cpus number of virtual CPUs
 * @param nics network interfaces, the guest's {@code eth0}, {@code eth1} and so on
 * @param guest what runs in it
 */
public record MachineSpec(
        String name, LabTag lab, int memoryMiB, int cpus, List<Nic> nics, Guest guest) {
    public MachineSpec {
        nics = List.copyOf(nics);
    }

    /** How a machine is made, by libvirt's domain types. */
    public sealed interface Guest {}

    /**
     * A container with an operating system of its own, on the virthost's kernel.
     *
     * @param root the directory that becomes its root
     * @param init the program that becomes process 1, a path in there
     * @param mounts further directories
     */
    public record Container(String root, String init, List<Mount> mounts) implements Guest {
        public Container {
            mounts = List.copyOf(mounts);
        }
    }

    /**
     * A machine with a kernel of its own.
     *
     * @param type {@code kvm}, or {@code qemu}: emulated
     * @param architecture {@code amd64} or {@code arm64}
     * @param pages what its memory is made of
     * @param firmware what it boots by
     * @param disk qcow2 file of the virthost that it boots from
     * @param seed ISO file with what cloud-init shall do (data source NoCloud)
     * @param console file that gets what the guest writes to its serial console
     * @param spare a second disk
     */
    public record VirtualMachine(
            String type,
            String architecture,
            Pages pages,
            Firmware firmware,
            String disk,
            String seed,
            String console,
            Optional<SpareDisk> spare)
            implements Guest {}

    /** The virthost's memory, as it is given to a virtual machine. */
    public enum Pages {
        ORDINARY,
        /**
         * Of the size that the virthost's kernel has by default, set aside by its administrator.
         */
        HUGE
    }

    /**
     * @param file qcow2 file of the virthost
     * @param device the guest's name for it: {@code vdb}
     */
    public record SpareDisk(String file, String device) {}

    /**
     * @param network the libvirt network that it is in; empty text: none
     * @param bridge the virthost's bridge that it is plugged into where there is no such network
     * @param mac six octets in lower-case hex, colon separated
     * @param address what a container has before its first process runs, and a virtual machine by
     *     its seed; empty text: it asks the network's DHCP server
     * @param prefix length of the netmask in bits; 0 where it asks
     * @param gateway of the default route; empty: no way out, or the DHCP server says it
     */
    public record Nic(
            String network,
            Optional<String> bridge,
            String mac,
            String address,
            int prefix,
            Optional<String> gateway) {
        /** For a report. */
        public String shownAddress() {
            return address.isEmpty() ? "what DHCP gives" : address;
        }
    }

    /** A directory of the virthost and where the machine sees it. */
    public record Mount(String source, String target) {}

    /** Who owns a thing on a virthost. */
    public record LabTag(String name, UUID uuid) {}
}
