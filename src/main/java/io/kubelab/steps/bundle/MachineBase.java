package io.kubelab.steps.bundle;

import io.kubelab.settings.GuestImage;
import io.kubelab.settings.Settings;

/** What of the bundle a lab's machines boot from. */
enum MachineBase {
    /** Containers: a root file system. */
    ROOT,
    /** Virtual machines: a disk with a root file system on it. */
    DISK,
    /** Virtual machines of a vendor's image. */
    NONE;

    static MachineBase of(Settings settings) {
        if (settings.machines().domainType().isContainer()) {
            return ROOT;
        }
        return GuestImage.isBuilt(settings.image()) ? DISK : NONE;
    }
}
