package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Of machines that start by UEFI, have a second disk, and are of an older distribution. */
@Tag("cluster")
@Tag("daily")
final class UefiMachinesIT extends VirtualMachinesStory {
    private static final long SPARE_MEBIBYTES = 512;

    UefiMachinesIT() {
        super(
                """
                image: build:debian-12
                machine_firmware: uefi
                spare_disk_attach: true
                spare_disk_size_megs: %d
                """
                        .formatted(SPARE_MEBIBYTES));
    }

    @Test
    @Order(2)
    void theyAreWhatWasAskedFor() {
        for (String machine : MACHINES) {
            assertThat(on(machine, ". /etc/os-release; echo $VERSION_CODENAME"))
                    .isEqualTo("bookworm");
            assertThat(on(machine, "ls /sys/firmware")).contains("efi");
            assertThat(on(machine, "lsblk -bdnr -o NAME,SIZE,TYPE /dev/vdb"))
                    .isEqualTo("vdb %d disk".formatted(SPARE_MEBIBYTES << 20));
            assertThat(on(machine, "sudo cat /dev/vdb | tr -d '\\0' | wc -c"))
                    .as("what others left on it")
                    .isEqualTo("0");
        }
        assertThat(ofLibvirt())
                .containsExactlyInAnyOrder(
                        "images/kubelab-the_virthost.kube-master.qcow2",
                        "images/kubelab-the_virthost.kube-node-1.qcow2",
                        "qemu/nvram/kube-master_VARS.fd",
                        "qemu/nvram/kube-node-1_VARS.fd");
    }

    @Test
    @Order(8)
    void downTakesTheirVariablesAndDisks() {
        assertThat(ofLibvirt()).isEmpty();
    }

    /** What of the machines lies among libvirt's own files. */
    private List<String> ofLibvirt() {
        return virthost()
                .inside(
                        "find",
                        "/var/lib/libvirt",
                        "-regex",
                        ".*/\\(images\\|nvram\\)/.*",
                        "-printf",
                        "%P\n")
                .out()
                .lines()
                .toList();
    }
}
