package io.kubelab.steps.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.steps.facts.KernelModules.Origin;
import io.kubelab.steps.facts.Routes.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What programs really print, and what is understood of it. */
final class VirthostFactsTest {
    @Test
    void mountinfoOfDebian12() {
        MountTable.Found found =
                new MountTable()
                        .parse(
                                prints(
                                        """
                                        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
                                        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                                        40 22 8:1 /kubelab /srv/a\\040b rw shared:7 master:2 - ext4 /dev/sda1 rw
                                        41 40 0:50 / /srv/a\\040b/root rw master:3 - overlay overlay rw,lowerdir=/x\\054y,upperdir=/u
                                        42 40 8:2 / /srv/a\\040b rw - xfs /dev/sdb1 rw
                                        """));
        assertThat(found.at("/srv/a b").orElseThrow().type()).isEqualTo("xfs");
        assertThat(found.holding("/srv/a b/root/etc").orElseThrow().point())
                .isEqualTo("/srv/a b/root");
        assertThat(found.holding("/srv/a bc").orElseThrow().point()).isEqualTo("/");
        assertThat(found.holding("/var").orElseThrow().isShared()).isTrue();
        assertThat(found.at("/srv/a b/root").orElseThrow().isShared()).isFalse();
        assertThat(found.at("/srv/a b/root").orElseThrow().options())
                .containsExactly("rw", "lowerdir=/x", "y", "upperdir=/u");
        assertThat(found.below("/srv/a b"))
                .extracting(MountTable.Mount::type)
                .containsExactly("xfs", "overlay", "ext4");
        assertThat(found.mounts().get(2).root()).isEqualTo("/kubelab");
    }

    @Test
    void routesOfDebian12() {
        assertThat(
                        new Routes()
                                .parse(
                                        prints(
                                                """
                                                Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
                                                eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
                                                vh0	0000630A	00000000	0001	0	0	0	00FFFFFF	0	0	0
                                                wg0	0000000A	00000000	0001	0	0	0	000000FF	0	0	0
                                                """)))
                .containsExactly(
                        new Route(new Cidr("10.99.0.0/24"), "vh0"),
                        new Route(new Cidr("10.0.0.0/8"), "wg0"));
    }

    @Test
    void osRelease() {
        OsRelease.Found ubuntu =
                new OsRelease()
                        .parse(
                                prints(
                                        """
                                        PRETTY_NAME="Ubuntu 24.04.1 LTS"
                                        NAME="Ubuntu"
                                        ID=ubuntu
                                        ID_LIKE=debian
                                        HOME_URL="https://www.ubuntu.com/"
                                        """));
        assertThat(ubuntu.isLike("debian")).isTrue();
        assertThat(ubuntu.prettyName()).isEqualTo("Ubuntu 24.04.1 LTS");
        OsRelease.Found rocky =
                new OsRelease().parse(prints("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"));
        assertThat(rocky.isLike("rhel")).isTrue();
        assertThat(rocky.isLike("debian")).isFalse();
    }

    @Test
    void modprobeTellsWhereAModuleComesFrom() {
        assertThat(origin(0, "insmod /lib/modules/6.1.0-28/kernel/net/vxlan.ko \n", ""))
                .isEqualTo(Origin.Found.LOADABLE);
        assertThat(origin(0, "builtin overlay\n", "")).isEqualTo(Origin.Found.BUILT_IN);
        assertThat(origin(127, "", "sh: 1: modprobe: not found")).isEqualTo(Origin.Found.BUILT_IN);
        assertThat(
                        origin(
                                1,
                                "",
                                "modprobe: ERROR: ../libkmod/libkmod.c:616 kmod_search_moddep() could not open moddep file '/lib/modules/6.18.44/modules.dep.bin'"))
                .isEqualTo(Origin.Found.BUILT_IN);
        assertThat(
                        origin(
                                1,
                                "",
                                "modprobe: FATAL: Module vxlan not found in directory /lib/modules/6.1.0-28"))
                .isEqualTo(Origin.Found.MISSING);
    }

    private static Origin.Found origin(int exit, String out, String err) {
        return new Origin("vxlan").parse(new CommandResult(exit, out, err));
    }

    @Test
    void kernelSettings() {
        var fact = new KernelSettings(List.of("net.ipv4.ip_forward", "kernel.nonsense"));
        assertThat(fact.command().script())
                .isEqualTo("grep -s -H '' /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/nonsense");
        assertThat(fact.parse(new CommandResult(2, "/proc/sys/net/ipv4/ip_forward:1\n", "")))
                .isEqualTo(Map.of("net.ipv4.ip_forward", "1"));
    }

    @Test
    void loadedModules() {
        assertThat(
                        new LoadedModules()
                                .parse(
                                        prints(
                                                """
                                                br_netfilter 36864 0 - Live 0x0000000000000000
                                                bridge 389120 1 br_netfilter, Live 0x0000000000000000
                                                """)))
                .isEqualTo(Map.of("br_netfilter", 0, "bridge", 1));
    }

    /** firewalld 1.3, and 2's mark of the default zone. */
    @Test
    void zonesOfFirewalld() {
        ActiveZones.Found found =
                new ActiveZones()
                        .parse(
                                prints(
                                        """
                                        libvirt
                                          interfaces: virbr0 br9
                                        public (default)
                                          interfaces: cabA
                                        trusted
                                          sources: 52:54:00:12:34:56 ipset:friends 10.98.10.5
                                        work
                                          interfaces: eth+
                                          sources: 10.99.9.0/255.255.255.0 10.98.9.5/24 10.98.0.0/16 2001:db8::/32
                                        """));
        assertThat(found.ofInterface("br9").orElseThrow().name()).isEqualTo("libvirt");
        assertThat(found.ofInterface("cabA").orElseThrow().name()).isEqualTo("public");
        assertThat(found.ofInterface("eth7").orElseThrow().name()).isEqualTo("work");
        assertThat(found.ofInterface("br")).isEmpty();
        assertThat(zone(found, "10.98.10.5")).isEqualTo("trusted");
        assertThat(zone(found, "10.98.10.6")).isEqualTo("work");
        assertThat(zone(found, "10.99.9.7")).isEqualTo("work");
        assertThat(zone(found, "10.99.8.7")).isEqualTo("public");
        assertThat(new ActiveZones().parse(prints("")).ofInterface("br9")).isEmpty();
    }

    private static String zone(ActiveZones.Found found, String source) {
        return found.ofPacket(new Address(source), "cabA").orElseThrow().name();
    }

    private static CommandResult prints(String out) {
        return new CommandResult(0, out, "");
    }
}
