package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What machines may have, and what they may be called. */
class MachineRulesTest extends LabFromFiles {
    @Test
    void containersHaveNoSpareDisks() {
        assertThat(load(List.of(), "spare_disk_attach=true domain_type=lxc").warnings())
                .singleElement()
                .asString()
                .contains("spare_disk_attach has no effect: the lab's machines are containers");
        assertThat(
                        load(
                                        List.of(),
                                        "spare_disk_attach=true domain_type=qemu image=build:debian-13")
                                .warnings())
                .isEmpty();
        // what they will be is not known yet
        assertThat(load(List.of(), "spare_disk_attach=true domain_type=auto").warnings()).isEmpty();
    }

    @Test
    void containersHaveNoHugePages() {
        assertThat(load(List.of(), "hugepages_enabled=true domain_type=lxc").warnings())
                .singleElement()
                .asString()
                .contains("hugepages_enabled has no effect: the lab's machines are containers");
        assertThat(
                        load(
                                        List.of(),
                                        "hugepages_enabled=true domain_type=qemu image=build:debian-13")
                                .warnings())
                .isEmpty();
    }

    @Test
    void spareDisksAreFilesOfSomeSize() {
        write(
                "work/extra.yml",
                """
                spare_disk_size_megs: 0
                spare_disk_location: images
                spare_disk_dev: vda
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:23: 'spare_disk_size_megs' must be above 0, not 0",
                        "work/extra.yml:2:22: 'images' is not an absolute path of letters, digits,"
                                + " '.', '_' and '-'",
                        "work/extra.yml:3:17: 'vda' is not a name for a second disk: vdb to vdz");
    }

    @Test
    void anImageThatNeedsUefiIsNotStartedByBios() {
        write(
                "home/inventory/images.yml",
                """
                mine:
                  packages: apt
                  firmware: uefi
                  amd64: {url: "https://example.org/x", digest: "sha256:%s"}
                """
                        .formatted("0a".repeat(32)));
        assertThat(problems(List.of(), "domain_type=kvm image=mine machine_firmware=bios"))
                .singleElement()
                .asString()
                .contains("'mine' starts by UEFI and not by BIOS; write auto");
        assertThat(load(List.of(), "domain_type=kvm image=mine").warnings()).isEmpty();
    }

    @Test
    void virtualMachinesAreMadeForOneArchitecture() {
        write("work/extra.yml", "domain_type: qemu\narchitecture: arm64\nimage: build:debian-13\n");
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:15: virtual machines (domain_type qemu) are made for amd64"
                                + " only; write 'domain_type: lxc' for container nodes");
        write("work/extra.yml", "domain_type: lxc\narchitecture: arm64\n");
        assertThat(load(List.of(), "extra.yml").lab().settings().bundle().architecture())
                .isEqualTo("arm64");
    }

    @Test
    void machinesHaveNamesOfTheirOwn() {
        write(
                "work/extra.yml",
                """
                set_root_disk_gb: 0
                virtual_machines:
                  - {name: kube-master, node_type: master}
                  - {name: kube-master, node_type: master}
                  - {name: nodes, node_type: nodes}
                  - {name: kube-api, node_type: lb}
                  - {name: y, node_type: virthost, system_ram_mb: 0}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:19: 'set_root_disk_gb' must be above 0, not 0",
                        "work/extra.yml:4:12: there is a machine 'kube-master' already, at"
                                + " work/extra.yml:3:12",
                        "work/extra.yml:4:36: a lab has one 'master', the first control plane;"
                                + " write 'master_slave' for the others",
                        "work/extra.yml:5:12: 'nodes' is the name of a group",
                        "work/extra.yml:6:12: 'kube-api' is what machines call the API servers",
                        "work/extra.yml:7:26: 'virthost' can't be a machine's group; write"
                                + " 'master', 'master_slave', 'lb', 'nodes' or a name of your own",
                        "work/extra.yml:7:51: 'system_ram_mb' must be above 0, not 0");
    }

    @Test
    void aHostOfTheInventoryCannotBeAMachineToo() {
        write("work/i", "v ansible_connection=local\nkube-master\n[virthost]\nv\n");
        assertThat(problems(List.of("i")))
                .singleElement()
                .asString()
                .contains("the inventory has a host 'kube-master' too (work/i:2:1)");
    }
}
