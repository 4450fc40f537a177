package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virthost whose systemd knows {@link ModularLibvirt} and no libvirtd, and has started none of
 * them yet; they tell the kernel's packet filter by nft(8), as Fedora's do. {@code -Pslow}.
 */
@Tag("cluster")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OrdinaryModularIT {
    private static final Duration PATIENCE = EmulatedVirthost.PATIENCE;
    private static final String LAB = "-i modular.inventory -e modular.yml";
    private static final String SETUP = "virthost-setup " + LAB;

    /** Debian's libraries take libvirtd's socket by default, those of Fedora the daemons' own. */
    private static final String INSTALL =
            """
            sudo apt-get -q update
            sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends libvirt-daemon-system libvirt-daemon-driver-lxc dnsmasq-base nftables iptables
            sudo systemctl disable --now libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket virtlogd.socket virtlogd-admin.socket virtlogd.service
            sudo rm -r /usr/sbin/libvirtd /usr/lib/systemd/system/libvirtd* /run/libvirt
            sudo install -m 755 modular/sbin/* /usr/sbin/
            sudo install -m 644 modular/units/* /usr/lib/systemd/system/
            rm -r modular
            echo 'remote_mode = "direct"' | sudo tee -a /etc/libvirt/libvirt.conf
            echo 'firewall_backend = "nftables"' | sudo tee -a /etc/libvirt/network.conf
            sudo systemctl daemon-reload
            """;

    private static final String UNITS =
            "systemctl list-unit-files 'virt*' --plain --no-legend | cut -d' ' -f1 | while read -r unit;"
                    + " do echo $unit $(systemctl is-enabled $unit) $(systemctl is-active $unit); done";

    @TempDir Path made;

    private final Workstation user = Workstation.withThisBuild();
    private final EmulatedVirthost virthost =
            new EmulatedVirthost(user, "modular", 6144, "lab_network_cidr: 192.168.198.0/24\n");
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try (user;
                virthost) {
            if (chapters.broken()) {
                user.ssh(
                        PATIENCE,
                        "modular",
                        virthost.lab(),
                        UNITS + "; sudo journalctl -b -u 'virt*' | tail -n 100");
            }
        }
    }

    @Test
    @Order(1)
    void systemdKnowsModularDaemonsAndHasStartedNone() {
        ModularLibvirt.make("trixie", made);
        virthost.start();
        user.shell(
                        PATIENCE,
                        "tar -C %s -cf - sbin units | ./kubelab ssh %s modular -- 'mkdir modular && tar -C modular -xf -'"
                                .formatted(made, virthost.lab()))
                .succeeds();
        virthost.inside("sh -ec '%s'".formatted(INSTALL.replace("'", "'\\''")));
        assertThat(units())
                .contains(
                        "virtlxcd.service disabled inactive",
                        "virtnetworkd.socket disabled inactive")
                .noneMatch(unit -> unit.startsWith("libvirtd"))
                .noneMatch(unit -> unit.matches("virt(lxc|network|qemu|log)d.* active"));
        before = traces();
    }

    @Test
    @Order(2)
    void containersAreMadeByThem() {
        virthost.isInSshConfig("modular.inventory");
        user.write(
                user.checkout().resolve("modular.yml"),
                """
                lab: nested
                domain_type: lxc
                """);
        user.kubelab(PATIENCE, SETUP).succeeds();
        assertThat(units())
                .contains(
                        "virtlxcd.service enabled active",
                        "virtlxcd.socket enabled active",
                        "virtnetworkd.service enabled active",
                        "virtnetworkd.socket enabled active",
                        "virtqemud.service disabled inactive");
        assertThat(virthost.inside("sudo nft list table ip libvirt_network"))
                .contains("masquerade");
        nodesMeet();
    }

    @Test
    @Order(3)
    void theSecondRunChangesNothingThoughTheyHadNothingToDoAndEnded() {
        virthost.inside("sudo systemctl stop virtlxcd.service virtnetworkd.service");
        assertThat(user.kubelab(PATIENCE, SETUP).succeeds().err()).contains("nothing changed");
    }

    @Test
    @Order(4)
    void theyAreThereAfterABoot() {
        virthost.reboot();
        user.kubelab(PATIENCE, SETUP).succeeds();
        assertThat(user.kubelab(PATIENCE, SETUP).succeeds().err()).contains("nothing changed");
        nodesMeet();
    }

    @Test
    @Order(5)
    void downLeavesThemAsTheyWere() {
        user.kubelab(PATIENCE, "down " + LAB).succeeds();
        assertThat(traces()).isEqualTo(before);
    }

    private void nodesMeet() {
        user.ssh(PATIENCE, "kube-master", LAB, "sudo ping -c 3 -W 10 kube-node-1").succeeds();
    }

    private List<String> units() {
        return virthost.inside(UNITS).lines().toList();
    }

    /** Of libvirt as well. */
    private TreeSet<String> traces() {
        var traces = virthost.traces();
        traces.addAll(units());
        virthost.inside("sudo nft list tables; sudo find /run -path '/run/libvirt*' -type d")
                .lines()
                .forEach(traces::add);
        return traces;
    }
}
