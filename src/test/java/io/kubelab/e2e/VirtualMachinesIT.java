package io.kubelab.e2e;

import org.junit.jupiter.api.Tag;

/** Of machines that start by a BIOS, as they do by themselves. */
@Tag("cluster")
final class VirtualMachinesIT extends VirtualMachinesStory {
    VirtualMachinesIT() {
        super("image: build:debian-13\n");
    }
}
