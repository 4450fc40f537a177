package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The article's lab as the article has it: machines and pods on the virthost's LAN, by a bridge.
 * The bridge was there before; how kubelab makes one is {@link LanBridgeIT}'s story.
 */
@Tag("cluster")
@Tag("daily")
final class LanStoryIT {
    private static final Duration UP = Duration.ofMinutes(20);
    private static final Duration SOON = Duration.ofMinutes(4);

    @Test
    void machinesAndPodsAreOnTheLan() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation ann = Workstation.withThisBuild()) {
            ann.mayUse(virthost);
            String lan = virthost.address().replaceFirst("\\.[0-9]+$", "");
            virthost.inside(
                            "sh",
                            "-ec",
                            """
                            ip link add br0 type bridge
                            ip link set br0 up
                            ip address delete $1/24 dev kl1
                            ip link set kl1 master br0
                            ip address add $1/24 dev br0
                            """,
                            "sh",
                            virthost.address())
                    .succeeds();
            var before = virthost.traces();
            ann.write(
                    ann.checkout().resolve("inventory/lan.yml"),
                    """
                    bridge_networking: true
                    bridge_name: virbr0
                    bridge_physical_nic: "kl1"
                    bridge_network_name: "br0"
                    bridge_network_cidr: %1$s.0/24
                    pod_network_type: "multus"
                    service_network_cidr: 10.32.0.0/16
                    multus_ipam_subnet: "%1$s.0/24"
                    multus_ipam_rangeStart: "%1$s.200"
                    multus_ipam_rangeEnd: "%1$s.216"
                    multus_ipam_gateway: "%1$s.1"
                    """
                            .formatted(lan));
            ann.kubelab(UP, "up -i inventory/there.inventory -e lan.yml").succeeds();
            Ran again = ann.kubelab(SOON, "up").succeeds();
            assertThat(again.err()).contains("nothing changed");

            // from this machine, which is on that LAN and no part of the lab
            assertThat(ping(lan + ".210")).isTrue();
            assertThat(ping(lan + ".211")).isTrue();
            for (String pod : new String[] {"flannel", "macvlan", "both"}) {
                ann.shell(
                                SOON,
                                "./kubelab ssh kube-master -- kubectl create -f - < inventory/examples/article/%s.pod.yaml"
                                        .formatted(pod))
                        .succeeds();
            }
            ann.kubelab(
                            SOON,
                            "ssh kube-master -- kubectl wait --for=condition=Ready --timeout=120s pod/macvlanpod pod/bothpod pod/flannelpod")
                    .succeeds();
            assertThat(
                            ann.kubelab(SOON, "ssh kube-master -- kubectl exec macvlanpod -- ip a")
                                    .out())
                    .contains(lan + ".20");
            assertThat(ping(lan + ".200") || ping(lan + ".201")).isTrue();

            ann.kubelab(SOON, "down").succeeds();
            var left = new TreeSet<>(virthost.traces());
            left.removeAll(before);
            assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
            assertThat(virthost.inside("ip", "-br", "address", "show", "br0").out())
                    .contains(virthost.address());
        }
    }

    private static boolean ping(String address) {
        return Ran.run(Duration.ofSeconds(20), "ping", "-c", "2", "-W", "3", address).exit() == 0;
    }
}
