package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An emulated machine on each of two virthosts, without a cluster. */
@Tag("cluster")
@Tag("daily")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FarMachinesIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(60);

    private static final String SETUP = "virthost-setup " + TwoVirthosts.LAB;

    /** By machine. */
    private static final Map<String, String> ADDRESSES =
            Map.of("kube-master", "192.168.170.10", "kube-node-1", "192.168.170.11");

    private final TwoVirthosts virthosts =
            new TwoVirthosts(
                    """
                    domain_type: qemu
                    image: build:debian-13
                    system_default_ram_mb: 2048
                    system_default_cpus: 1
                    """);
    private final Workstation user = virthosts.user();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                for (TestVirthost virthost : virthosts.both()) {
                    System.out.print(
                            virthost.inside(
                                    "sh",
                                    "-c",
                                    "ip -d addr; bridge fdb; iptables-save; ps axf -o pid,args; tail -n 30 /var/lib/kubelab/labs/*/machines/*/console*"));
                }
            }
        } finally {
            virthosts.close();
        }
    }

    @Test
    @Order(1)
    void eachVirthostHasOne() {
        user.kubelab(COLD, SETUP).succeeds();
        assertThat(user.kubelab(MINUTE, "status").out())
                .containsPattern("kube-master +running +192.168.170.10 +one")
                .containsPattern("kube-node-1 +running +192.168.170.11 +two");
        ADDRESSES.forEach((machine, address) -> {
            assertThat(virthosts.on(machine, "systemd-detect-virt; hostname").succeeds().out())
                    .isEqualTo("qemu\n" + machine + "\n");
            assertThat(virthosts.on(machine, "ip -o -4 address show dev eth0").succeeds().out())
                    .contains(" " + address + "/24 ");
        });
    }

    @Test
    @Order(2)
    void theyReachEachOtherByPacketsAsLargeAsTheyMayBe() {
        for (String machine : ADDRESSES.keySet()) {
            assertThat(virthosts.on(machine, "ip -o link show dev eth0").succeeds().out())
                    .contains(" mtu 1450 ");
            String other = machine.equals("kube-master") ? "kube-node-1" : "kube-master";
            String ping = "sudo ping -c 3 -W 5 -M do -s %d " + ADDRESSES.get(other);
            assertThat(virthosts.on(machine, ping.formatted(1450 - 28)).succeeds().out())
                    .contains(" 0% packet loss");
            assertThat(virthosts.on(machine, ping.formatted(1451 - 28)).exit()).isNotZero();
            // by its name, and to its SSH server
            assertThat(
                            virthosts
                                    .on(
                                            machine,
                                            "timeout 10 bash -c 'head -n 1 < /dev/tcp/%s/22'"
                                                    .formatted(other))
                                    .succeeds()
                                    .out())
                    .startsWith("SSH-2.0-");
        }
    }

    @Test
    @Order(3)
    void theFarOneGetsOutByTheFirstVirthost() {
        assertThat(virthosts.on("kube-node-1", "ip route show default").succeeds().out())
                .contains("via 192.168.170.1 ");
        virthosts
                .on("kube-node-1", "sudo ping -c 3 -W 5 " + virthosts.first().lan() + ".1")
                .succeeds();
    }

    @Test
    @Order(4)
    void theSecondRunChangesNothing() {
        assertThat(user.kubelab(PATIENCE, SETUP).succeeds().err())
                .contains("virthost-setup: nothing changed");
    }

    @Test
    @Order(5)
    void nothingOfTheMachinesIsLeft() {
        user.kubelab(PATIENCE, "vm-teardown").succeeds();
        assertThat(virthosts.left())
                .noneMatch(
                        trace -> trace.matches("interface .*|process .*(qemu|dnsmasq|registry).*"))
                .noneMatch(trace -> trace.contains("several"));
        user.kubelab(PATIENCE, "down " + TwoVirthosts.LAB).succeeds();
        assertThat(virthosts.left()).isEmpty();
    }
}
