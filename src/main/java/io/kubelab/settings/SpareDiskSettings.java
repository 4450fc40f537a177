package io.kubelab.settings;

/**
 * A second disk of each virtual machine, empty, for whoever tries storage.
 *
 * @param spareDiskSizeMegs in MiB
 * @param spareDiskLocation directory of the virthost
 * @param spareDiskDev what the guest calls it, if it has disks by virtio: {@code vdb}
 */
@LabWide
public record SpareDiskSettings(
        boolean spareDiskAttach,
        int spareDiskSizeMegs,
        String spareDiskLocation,
        String spareDiskDev) {}
