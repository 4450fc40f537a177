package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The article's lab as the article has it: machines and pods on the virthost's LAN, by a bridge,
 * with addresses from the LAN's DHCP server. The bridge was there before; how kubelab makes one is
 * {@link LanBridgeIT}'s story.
 */
@Tag("cluster")
@Tag("daily")
final class LanStoryIT {
    private static final Duration UP = Duration.ofMinutes(20);
    private static final Duration SOON = Duration.ofMinutes(4);

    @Test
    void machinesAndPodsAreOnTheLan() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation ann = Workstation.withThisBuild();
                var _ = dhcp(virthost, ann)) {
            bridged(virthost, ann);
            var before = virthost.traces();
            ann.kubelab(UP, "up -i inventory/there.inventory -e lan.yml").succeeds();
            Ran again = ann.kubelab(SOON, "up").succeeds();
            assertThat(again.err()).contains("nothing changed");

            // from this machine, which is on that LAN and no part of the lab
            for (String machine : List.of("kube-master", "kube-node-1")) {
                String address = address(ann, machine);
                assertThat(address).matches("\\Q" + virthost.lan() + "\\E\\.1[012][0-9]");
                assertThat(ping(address)).isTrue();
                assertThat(virthost.inMachine(machine, "ip -4 -br address show eth0").out())
                        .contains(address);
            }
            var cluster = new LabCluster(ann, "", SOON);
            cluster.makesTheArticlesPods();
            assertThat(cluster.interfaces("macvlanpod"))
                    .singleElement()
                    .asString()
                    .startsWith("eth0 " + virthost.lan() + ".20");
            assertThat(ping(virthost.lan() + ".200") || ping(virthost.lan() + ".201")).isTrue();

            ann.kubelab(SOON, "down").succeeds();
            var left = new TreeSet<>(virthost.traces());
            left.removeAll(before);
            assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
            assertThat(virthost.inside("ip", "-br", "address", "show", "br0").out())
                    .contains(virthost.address());
        }
    }

    @Test
    void aLanWithoutADhcpServerIsToldAndMayHaveOneLater() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation ann = Workstation.withThisBuild()) {
            bridged(virthost, ann);
            Ran alone = ann.kubelab(UP, "virthost-setup -i inventory/there.inventory -e lan.yml");
            assertThat(alone.exit()).isEqualTo(6);
            assertThat(alone.err())
                    .contains(
                            "kube-master to get an address by DHCP: it has asked, and none was offered",
                            "Is there a DHCP server on the LAN");
            try (var _ = dhcp(virthost, ann)) {
                ann.kubelab(SOON, "virthost-setup").succeeds();
                assertThat(ping(address(ann, "kube-node-1"))).isTrue();
                assertThat(ann.kubelab(SOON, "ssh kube-node-1 -- hostname").out())
                        .isEqualTo("kube-node-1\n");
            }
        }
    }

    private static LanDhcp dhcp(TestVirthost virthost, Workstation ann) {
        return LanDhcp.start(
                virthost.link(), virthost.lan(), ann.checkout().resolve("target/leases"));
    }

    /** The virthost's interface is a port of a bridge, and the article's settings say so. */
    private static void bridged(TestVirthost virthost, Workstation ann) {
        ann.mayUse(virthost);
        virthost.bridge();
        ann.write(
                ann.checkout().resolve("inventory/lan.yml"),
                articlesSettings("kl1", virthost.lan())
                        + """
                        # only because the LAN of the test is in the default's
                        service_network_cidr: 10.32.0.0/16
                        """);
    }

    /**
     * The article's extra vars.
     *
     * @param nic the virthost's
     * @param lan its first three numbers
     */
    static String articlesSettings(String nic, String lan) {
        return """
        ---
        bridge_networking: true
        bridge_name: virbr0
        bridge_physical_nic: "%1$s"
        bridge_network_name: "br0"
        bridge_network_cidr: %2$s.0/24
        pod_network_type: "multus"
        virtual_machines:
          - name: kube-master
            node_type: master
          - name: kube-node-1
            node_type: nodes
        optional_packages:
          - tcpdump
          - bind-utils
        multus_use_crd: true
        multus_ipam_subnet: "%2$s.0/24"
        multus_ipam_rangeStart: "%2$s.200"
        multus_ipam_rangeEnd: "%2$s.216"
        multus_ipam_gateway: "%2$s.1"
        """
                .formatted(nic, lan);
    }

    /** As Ansible would read it. */
    static String address(Workstation ann, String machine) {
        try {
            return Files.readString(ann.checkout().resolve("inventory/vms.local.generated"))
                    .lines()
                    .filter(line -> line.startsWith(machine + " ansible_host="))
                    .map(line -> line.split("=", 2)[1])
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ping(String address) {
        return Ran.run(Duration.ofSeconds(20), "ping", "-c", "2", "-W", "3", address).exit() == 0;
    }
}
