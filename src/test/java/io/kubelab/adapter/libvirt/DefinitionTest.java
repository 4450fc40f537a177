package io.kubelab.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.MachineSpec.Pages;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.settings.KnownImage.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xmlunit.assertj3.XmlAssert;

/** What libvirt is told, and what is understood of what it tells. */
final class DefinitionTest {
    private static final LabTag LAB =
            new LabTag("the_virthost", UUID.fromString("11111111-2222-3333-4444-555555555555"));
    private static final MachineSpec.Nic NIC =
            new MachineSpec.Nic(
                    "kubelab-the_virthost",
                    Optional.empty(),
                    "52:54:00:01:02:03",
                    "192.168.1.10",
                    24,
                    Optional.of("192.168.1.1"));
    private static final MachineSpec.Nic SECOND =
            new MachineSpec.Nic(
                    "kubelab-the_virthost+eth1",
                    Optional.empty(),
                    "52:54:00:04:05:06",
                    "10.1.1.10",
                    24,
                    Optional.empty());
    private static final MachineSpec MACHINE =
            machine(
                    new MachineSpec.Container(
                            "/var/lib/kubelab/a&b/root",
                            "/sbin/kubelab-init",
                            List.of(
                                    new MachineSpec.Mount(
                                            "/var/lib/kubelab/a&b/containerd",
                                            "/var/lib/containerd"))),
                    NIC);
    private static final MachineSpec VIRTUAL =
            virtual("qemu", Pages.ORDINARY, Firmware.BIOS, Optional.empty());
    private static final MachineSpec WITH_SPARE_DISK =
            virtual(
                    "kvm",
                    Pages.ORDINARY,
                    Firmware.BIOS,
                    Optional.of(new MachineSpec.SpareDisk("/s/spare.qcow2", "vdc")));
    private static final MachineSpec BY_UEFI =
            virtual("kvm", Pages.ORDINARY, Firmware.UEFI, Optional.empty());
    private static final MachineSpec OF_HUGE_PAGES =
            virtual("kvm", Pages.HUGE, Firmware.BIOS, Optional.empty());
    private static final NetworkSpec NETWORK =
            new NetworkSpec(
                    "kubelab-the_virthost",
                    LAB,
                    "klab01020304",
                    Optional.of(
                            new NetworkSpec.Nat(
                                    "192.168.1.1",
                                    24,
                                    List.of(
                                            new NetworkSpec.Reservation(
                                                    "kube-master",
                                                    "52:54:00:01:02:03",
                                                    "192.168.1.10")))));
    private static final NetworkSpec ISOLATED =
            new NetworkSpec("kubelab-the_virthost+eth1", LAB, "klab01020304-2", Optional.empty());

    private final Definition definition =
            new Definition(new FreemarkerTemplates(Path.of("templates")));

    private static MachineSpec machine(MachineSpec.Guest guest, MachineSpec.Nic... nics) {
        return new MachineSpec("kube-master", LAB, 2048, 2, List.of(nics), guest);
    }

    private static MachineSpec virtual(
            String type, Pages pages, Firmware firmware, Optional<MachineSpec.SpareDisk> spare) {
        return machine(
                new MachineSpec.VirtualMachine(
                        type,
                        "amd64",
                        pages,
                        firmware,
                        "/var/lib/kubelab/a&b/disk.qcow2",
                        "/var/lib/kubelab/a&b/seed.iso",
                        "/var/lib/kubelab/a&b/console.log",
                        spare),
                NIC);
    }

    private static MachineSpec withSecondNic(MachineSpec machine) {
        return machine(machine.guest(), NIC, SECOND);
    }

    /** What is understood of a definition in which one thing is another. */
    private static Description edited(String xml, String ours, String theirs) {
        assertThat(xml).contains(ours);
        return Description.of(xml.replace(ours, theirs));
    }

    @Test
    void aContainerIsDefinedAsWrittenDown() {
        XmlAssert.assertThat(definition.xml(MACHINE, ""))
                .and(
                        """
                        <domain type='lxc'>
                          <name>kube-master</name>
                          <metadata>
                            <k:machine xmlns:k='urn:kubelab:lab:1' lab='the_virthost'
                                lab-uuid='11111111-2222-3333-4444-555555555555' definition='%s'
                                type='lxc' memory-mib='2048' cpus='2' root='/var/lib/kubelab/a&amp;b/root'
                                init='/sbin/kubelab-init'>
                              <k:mount source='/var/lib/kubelab/a&amp;b/containerd' target='/var/lib/containerd'/>
                              <k:nic network='kubelab-the_virthost' mac='52:54:00:01:02:03'
                                  address='192.168.1.10' prefix='24' gateway='192.168.1.1'/>
                            </k:machine>
                          </metadata>
                          <memory unit='MiB'>2048</memory>
                          <vcpu>2</vcpu>
                          <os><type>exe</type><init>/sbin/kubelab-init</init></os>
                          <features><privnet/><capabilities policy='allow'/></features>
                          <devices>
                            <filesystem type='mount'>
                              <source dir='/var/lib/kubelab/a&amp;b/root'/><target dir='/'/>
                            </filesystem>
                            <filesystem type='mount'>
                              <source dir='/var/lib/kubelab/a&amp;b/containerd'/><target dir='/var/lib/containerd'/>
                            </filesystem>
                            <interface type='network'>
                              <mac address='52:54:00:01:02:03'/><source network='kubelab-the_virthost'/>
                              <ip address='192.168.1.10' family='ipv4' prefix='24'/>
                              <route family='ipv4' address='0.0.0.0' prefix='0' gateway='192.168.1.1'/>
                            </interface>
                            <hostdev mode='capabilities' type='misc'>
                              <source><char>/dev/kmsg</char></source>
                            </hostdev>
                            <console type='pty'/>
                          </devices>
                        </domain>
                        """
                                .formatted(definition.digest(MACHINE)))
                .ignoreWhitespace()
                .ignoreComments()
                .areSimilar();
    }

    @ParameterizedTest
    @MethodSource
    void aMachineOnALanIsPluggedIntoItsBridge(MachineSpec.Guest guest) {
        var onLan =
                machine(
                        guest,
                        new MachineSpec.Nic(
                                "",
                                Optional.of("br0"),
                                "52:54:00:01:02:03",
                                "192.168.1.10",
                                24,
                                Optional.of("192.168.1.1")));
        String xml = definition.xml(onLan, "");
        assertThat(xml)
                .contains("<interface type='bridge'>", "<source bridge='br0'/>")
                .doesNotContain("network='");
        Description described = Description.of(xml);
        assertThat(described.machine()).contains(onLan);
        assertThat(described.holds(onLan)).isTrue();
        assertThat(edited(xml, "bridge='br0'/>", "bridge='br1'/>").holds(onLan)).isFalse();
        // what libvirt tells of a network that runs is no wish
        Description running =
                edited(
                        definition.xml(MACHINE, ""),
                        "<source network='kubelab-the_virthost'/>",
                        "<source network='kubelab-the_virthost' bridge='klab01020304'/>");
        assertThat(running.holds(MACHINE)).isTrue();
    }

    static Stream<MachineSpec.Guest> aMachineOnALanIsPluggedIntoItsBridge() {
        return Stream.of(MACHINE.guest(), VIRTUAL.guest());
    }

    @Test
    void aVirtualMachineIsDefinedAsWrittenDown() {
        XmlAssert.assertThat(definition.xml(VIRTUAL, ""))
                .and(
                        """
                        <domain type='qemu'>
                          <name>kube-master</name>
                          <metadata>
                            <k:machine xmlns:k='urn:kubelab:lab:1' lab='the_virthost'
                                lab-uuid='11111111-2222-3333-4444-555555555555' definition='%s'
                                memory-mib='2048' cpus='2' architecture='amd64'
                                disk='/var/lib/kubelab/a&amp;b/disk.qcow2'
                                seed='/var/lib/kubelab/a&amp;b/seed.iso'
                                console='/var/lib/kubelab/a&amp;b/console.log'>
                              <k:nic network='kubelab-the_virthost' mac='52:54:00:01:02:03'
                                  address='192.168.1.10' prefix='24' gateway='192.168.1.1'/>
                            </k:machine>
                          </metadata>
                          <memory unit='MiB'>2048</memory>
                          <vcpu>2</vcpu>
                          <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
                          <features><acpi/><apic/></features>
                          <cpu mode='maximum'/>
                          <clock offset='utc'/>
                          <devices>
                            <disk type='file' device='disk'>
                              <driver name='qemu' type='qcow2' cache='unsafe' discard='unmap'/>
                              <source file='/var/lib/kubelab/a&amp;b/disk.qcow2'/>
                              <target dev='vda' bus='virtio'/>
                            </disk>
                            <controller type='scsi' model='virtio-scsi'/>
                            <disk type='file' device='cdrom'>
                              <driver name='qemu' type='raw'/>
                              <source file='/var/lib/kubelab/a&amp;b/seed.iso'/>
                              <target dev='sda' bus='scsi'/><readonly/>
                            </disk>
                            <interface type='network'>
                              <mac address='52:54:00:01:02:03'/><source network='kubelab-the_virthost'/>
                              <model type='virtio'/><rom enabled='no'/>
                            </interface>
                            <serial type='pty'><log file='/var/lib/kubelab/a&amp;b/console.log' append='off'/></serial>
                            <console type='pty'/>
                            <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
                            <memballoon model='none'/>
                          </devices>
                        </domain>
                        """
                                .formatted(definition.digest(VIRTUAL)))
                .ignoreWhitespace()
                .ignoreComments()
                .areSimilar();
    }

    @Test
    void aNetworkIsDefinedAsWrittenDown() {
        XmlAssert.assertThat(definition.xml(NETWORK, "99999999-2222-3333-4444-555555555555"))
                .and(
                        """
                        <network>
                          <name>kubelab-the_virthost</name>
                          <uuid>99999999-2222-3333-4444-555555555555</uuid>
                          <metadata>
                            <k:network xmlns:k='urn:kubelab:lab:1' lab='the_virthost'
                                lab-uuid='11111111-2222-3333-4444-555555555555' definition='%s'
                                bridge='klab01020304' gateway='192.168.1.1' prefix='24'>
                              <k:reservation machine='kube-master' mac='52:54:00:01:02:03' address='192.168.1.10'/>
                            </k:network>
                          </metadata>
                          <forward mode='nat'/>
                          <bridge name='klab01020304' stp='off' delay='0'/>
                          <ip address='192.168.1.1' prefix='24'>
                            <dhcp><host mac='52:54:00:01:02:03' name='kube-master' ip='192.168.1.10'/></dhcp>
                          </ip>
                        </network>
                        """
                                .formatted(definition.digest(NETWORK)))
                .ignoreWhitespace()
                .ignoreComments()
                .areSimilar();
    }

    @Test
    void whatWasAskedForIsReadBack() {
        Description machine = Description.of(definition.xml(MACHINE, ""));
        assertThat(machine.owner()).contains(LAB);
        assertThat(machine.machine()).contains(MACHINE);
        assertThat(machine.holds(MACHINE)).isTrue();
        assertThat(machine.definition()).isEqualTo(definition.digest(MACHINE));

        Description virtual = Description.of(definition.xml(VIRTUAL, ""));
        assertThat(virtual.machine()).contains(VIRTUAL);
        assertThat(virtual.holds(VIRTUAL)).isTrue();

        Description network = Description.of(definition.xml(NETWORK, ""));
        assertThat(network.network()).contains(NETWORK);
        assertThat(network.holds(NETWORK)).isTrue();
        assertThat(network.bridge()).isEqualTo("klab01020304");
        assertThat(network.reservations()).isEqualTo(NETWORK.nat().orElseThrow().reservations());

        Description isolated = Description.of(definition.xml(ISOLATED, ""));
        assertThat(isolated.network()).contains(ISOLATED);
        assertThat(isolated.holds(ISOLATED)).isTrue();

        for (MachineSpec more :
                List.of(
                        withSecondNic(MACHINE),
                        withSecondNic(VIRTUAL),
                        WITH_SPARE_DISK,
                        BY_UEFI,
                        OF_HUGE_PAGES)) {
            Description described = Description.of(definition.xml(more, ""));
            assertThat(described.machine()).contains(more);
            assertThat(described.holds(more)).isTrue();
        }
    }

    @Test
    void anIsolatedNetworkIsABridgeAndNothingElse() {
        XmlAssert.assertThat(definition.xml(ISOLATED, ""))
                .and(
                        """
                        <network>
                          <name>kubelab-the_virthost+eth1</name>
                          <metadata>
                            <k:network xmlns:k='urn:kubelab:lab:1' lab='the_virthost'
                                lab-uuid='11111111-2222-3333-4444-555555555555' definition='%s'
                                bridge='klab01020304-2'/>
                          </metadata>
                          <bridge name='klab01020304-2' stp='off' delay='0'/>
                        </network>
                        """
                                .formatted(definition.digest(ISOLATED)))
                .ignoreWhitespace()
                .areSimilar();
    }

    @Test
    void aSecondInterfaceLeadsNowhere() {
        XmlAssert.assertThat(definition.xml(withSecondNic(MACHINE), ""))
                .nodesByXPath(
                        "/domain/devices/interface[source/@network='kubelab-the_virthost']/route")
                .hasSize(1);
        XmlAssert.assertThat(definition.xml(withSecondNic(MACHINE), ""))
                .nodesByXPath(
                        "/domain/devices/interface[source/@network='kubelab-the_virthost+eth1'][ip/@address='10.1.1.10']/route")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<bridge name='klab01020304-2' | <bridge name='virbr9'",
                "<bridge | <forward mode='nat'/><bridge",
                "</network> | <ip address='10.1.1.1' prefix='24'/></network>"
            })
    void anIsolatedNetworkThatWasEditedIsNotWhatWasAskedFor(String ours, String theirs) {
        assertThat(edited(definition.xml(ISOLATED, ""), ours, theirs).holds(ISOLATED)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<source file='/s/spare.qcow2'/> | <source file='/srv/disk.qcow2'/>",
                "<target dev='vdc' bus='virtio'/> | <target dev='vdd' bus='virtio'/>"
            })
    void aSpareDiskThatWasEditedIsNotWhatWasAskedFor(String ours, String theirs) {
        assertThat(edited(definition.xml(WITH_SPARE_DISK, ""), ours, theirs).holds(WITH_SPARE_DISK))
                .isFalse();
    }

    /** As libvirt 9 tells of a machine that runs. */
    @Test
    void uefiIsAlsoTheProgramThatLibvirtChose() {
        String running =
                definition
                        .xml(BY_UEFI, "")
                        .replace("<os firmware='efi'>", "<os>")
                        .replaceFirst(
                                "(?s)<firmware>.*</firmware>",
                                "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>");
        assertThat(running).contains("<os>", "pflash");
        assertThat(Description.of(running).holds(BY_UEFI)).isTrue();
        assertThat(Description.of(running).holds(VIRTUAL)).isFalse();
    }

    @Test
    void uefiIsLibvirtsChoiceOfFirmwareWithoutSecureBoot() {
        XmlAssert.assertThat(definition.xml(BY_UEFI, ""))
                .nodesByXPath(
                        "/domain/os[@firmware='efi']/firmware/feature[@name='secure-boot'][@enabled='no']")
                .hasSize(1);
        XmlAssert.assertThat(definition.xml(VIRTUAL, ""))
                .nodesByXPath("/domain/os/@firmware | /domain/os/firmware")
                .isEmpty();
        Description bios = edited(definition.xml(BY_UEFI, ""), "<os firmware='efi'>", "<os>");
        assertThat(bios.holds(BY_UEFI)).isFalse();
        Description uefi = edited(definition.xml(VIRTUAL, ""), "<os>", "<os firmware='efi'>");
        assertThat(uefi.holds(VIRTUAL)).isFalse();
    }

    @Test
    void memoryIsOfHugePagesWhereTheyAreAskedFor() {
        String huge = definition.xml(OF_HUGE_PAGES, "");
        XmlAssert.assertThat(huge).nodesByXPath("/domain/memoryBacking/hugepages").hasSize(1);
        assertThat(edited(huge, "<hugepages/>", "").holds(OF_HUGE_PAGES)).isFalse();
        String ordinary = definition.xml(VIRTUAL, "");
        XmlAssert.assertThat(ordinary).nodesByXPath("/domain/memoryBacking").isEmpty();
        Description backed =
                edited(ordinary, "<vcpu>", "<memoryBacking><hugepages/></memoryBacking><vcpu>");
        assertThat(backed.holds(VIRTUAL)).isFalse();
    }

    @Test
    void aSecondInterfaceThatSomebodyTookAwayIsMissed() {
        String without = definition.xml(MACHINE, "");
        assertThat(Description.of(without).holds(withSecondNic(MACHINE))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<memory unit='MiB'>2048< | <memory unit='KiB'>2048000<",
                "<vcpu>2< | <vcpu current='1'>2<",
                "<target dir='/var/lib/containerd'/> | <target dir='/srv'/>",
                "<mac address='52:54:00:01:02:03'/> | <mac address='52:54:00:01:02:04'/>",
                "<ip address='192.168.1.10' | <ip address='192.168.1.11'",
                "<source network='kubelab-the_virthost'/> | <source network='default'/>",
                "<interface type='network'> | <interface type='network'><link state='down'/><vlan/></interface><interface type='network'>"
            })
    void aMachineThatWasEditedIsNotWhatWasAskedFor(String ours, String theirs) {
        assertThat(edited(definition.xml(MACHINE, ""), ours, theirs).holds(MACHINE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<vcpu>2< | <vcpu>3<",
                "<source file='/var/lib/kubelab/a&amp;b/disk.qcow2'/> | <source file='/srv/disk.qcow2'/>",
                "<source file='/var/lib/kubelab/a&amp;b/seed.iso'/> | <source file='/srv/seed.iso'/>",
                "<mac address='52:54:00:01:02:03'/> | <mac address='52:54:00:01:02:04'/>",
                "<source network='kubelab-the_virthost'/> | <source network='default'/>"
            })
    void aVirtualMachineThatWasEditedIsNotWhatWasAskedFor(String ours, String theirs) {
        assertThat(edited(definition.xml(VIRTUAL, ""), ours, theirs).holds(VIRTUAL)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<bridge name='klab01020304' | <bridge name='virbr9'",
                "<ip address='192.168.1.1' prefix='24'> | <ip address='192.168.1.1' prefix='25'>",
                "<ip address='192.168.1.1' | <ip address='192.168.1.2'",
                "ip='192.168.1.10'/> | ip='192.168.1.99'/>"
            })
    void aNetworkThatWasEditedIsNotWhatWasAskedFor(String ours, String theirs) {
        assertThat(edited(definition.xml(NETWORK, ""), ours, theirs).holds(NETWORK)).isFalse();
    }

    @Test
    void whatOthersMadeHasNoOwner() {
        Description other =
                Description.of(
                        """
                        <domain type='kvm'><name>web</name><metadata>
                        <x:machine xmlns:x='http://example.org/' lab='l' lab-uuid='u'/>
                        </metadata></domain>
                        """);
        assertThat(other.owner()).isEmpty();
        assertThat(other.machine()).isEmpty();
        assertThat(other.bridge()).isEmpty();
    }
}
