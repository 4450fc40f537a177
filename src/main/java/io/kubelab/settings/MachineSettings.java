package io.kubelab.settings;

import java.util.List;
import java.util.Optional;

/**
 * Machines and the virthost they are on.
 *
 * @param domainType {@code auto} is resolved before plays are bound
 * @param systemDefaultRamMb memory of a machine in MiB where it names none
 * @param systemDefaultCpus virtual CPUs of a machine where it names none
 * @param hugepagesEnabled whether virtual machines' memory is huge pages of the virthost
 * @param setRootDiskGb size of a virtual machine's disk in GiB
 * @param imagesDirectory directory of the virthost for root file systems, machines and the
 *     registry's data
 * @param defaultAnsibleUser login user of the machines, with sudo and kubectl
 * @param vmSshKeyPath private key to the machines on the workstation; {@code auto}: {@code
 *     ~/.ssh/<lab>/id_vm_rsa}
 */
@LabWide
public record MachineSettings(
        DomainType domainType,
        List<VirtualMachine> virtualMachines,
        int systemDefaultRamMb,
        int systemDefaultCpus,
        boolean hugepagesEnabled,
        int setRootDiskGb,
        String imagesDirectory,
        String defaultAnsibleUser,
        String vmSshKeyPath) {
    /** How machines are made, by libvirt's names. */
    public enum DomainType {
        AUTO,
        /** Virtual machines by the processor's own means. */
        KVM,
        /** Virtual machines that are emulated. */
        QEMU,
        /** Containers with an operating system of their own. */
        LXC;

        public boolean isContainer() {
            return this == LXC;
        }

        /**
         * How many times as long as elsewhere to wait for something in a machine: what is emulated
         * computes 10 to 30 times as slowly, and spends most of a wait on other things.
         */
        public int slowness() {
            return this == QEMU ? 5 : 1;
        }
    }

    /** Memory of a machine in MiB. */
    public int memoryOf(VirtualMachine machine) {
        return machine.systemRamMb().orElse(systemDefaultRamMb);
    }

    public MachineSettings with(DomainType type) {
        return new MachineSettings(
                type,
                virtualMachines,
                systemDefaultRamMb,
                systemDefaultCpus,
                hugepagesEnabled,
                setRootDiskGb,
                imagesDirectory,
                defaultAnsibleUser,
                vmSshKeyPath);
    }

    public MachineSettings with(List<VirtualMachine> machines) {
        return new MachineSettings(
                domainType,
                machines,
                systemDefaultRamMb,
                systemDefaultCpus,
                hugepagesEnabled,
                setRootDiskGb,
                imagesDirectory,
                defaultAnsibleUser,
                vmSshKeyPath);
    }

    /**
     * @param nodeType the inventory group that the machine is in: {@code master}, {@code nodes} or
     *     another
     * @param staticIp its address in the lab network; empty: chosen from the network by its place
     *     in the list
     * @param virthost the host of group {@code virthost} that it is on; empty: chosen when the lab
     *     is read
     */
    public record VirtualMachine(
            String name,
            String nodeType,
            Optional<Integer> systemRamMb,
            Optional<Integer> systemCpus,
            Optional<Address> staticIp,
            Optional<String> virthost) {
        public VirtualMachine at(Address address) {
            return new VirtualMachine(
                    name, nodeType, systemRamMb, systemCpus, Optional.of(address), virthost);
        }

        public VirtualMachine on(String host) {
            return new VirtualMachine(
                    name, nodeType, systemRamMb, systemCpus, staticIp, Optional.of(host));
        }
    }
}
