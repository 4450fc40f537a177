package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What {@link LanBridgeIT} sees in namespaces, on a virthost with a kernel, a boot and an interface
 * of its own: systemd-networkd, which cloud-init has told about it, and then NetworkManager, as
 * Debian installs it. {@code -Pslow}.
 */
@Tag("cluster")
@Tag("slow")
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OrdinaryBridgeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final String BRIDGE = "br0";
    private static final String LAB = "-i bridge.inventory -e bridge.yml";
    private static final String MAKE = "play lan " + LAB;

    /** Says when the virthost begins, and when it has undone it. */
    private static final String WITNESS =
            "sudo sh -c \"cd /run; until [ -e kubelab-lan-bridge/br0/switching ]; do sleep 0.1; done; echo begun;"
                    + " until [ -e kubelab-lan-bridge/br0/undone ]; do sleep 0.5; done; echo undone\"";

    private final Workstation user = Workstation.withThisBuild();
    private final HomeLan lan =
            HomeLan.start("192.168.58", user.checkout().resolve("target/leases"));
    private final EmulatedVirthost virthost =
            new EmulatedVirthost(user, "bridged", 2048, lan.settings());
    private String nic = "eth0";
    private String address = "";
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try (user;
                lan;
                virthost) {
            if (chapters.broken()) {
                user.ssh(
                        PATIENCE,
                        "bridged",
                        virthost.lab(),
                        "ip a; ip r; sudo journalctl -b | tail -n 200");
            }
        }
    }

    @Test
    @Order(1)
    void networkdHasTheInterface() {
        virthost.start();
        address = virthost.address(nic);
        assertThat(address).startsWith(lan.network() + ".1");
        assertThat(virthost.inside("networkctl --no-pager --no-legend list " + nic))
                .matches(".* routable +configured *");
        assertThat(virthost.inside("command -v nmcli ifquery || true")).isEmpty();
        LanBridgeIT.plays(user);
        virthost.letsIn(address, "bridge.inventory");
        bridges();
    }

    @Test
    @Order(2)
    void whoIsCutOffFromNetworkdIsGivenTheWayBack() {
        isUndone();
    }

    @Test
    @Order(3)
    void networkdsBridgeIsThereAfterABootAndGoes() {
        staysAndGoes();
    }

    @Test
    @Order(4)
    void networkManagerTakesTheInterface() {
        virthost.inside(
                "sudo apt-get -q update && sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y install network-manager");
        // what cloud-init's documentation says, that it may not write them again
        virthost.inside(
                "echo 'network: {config: disabled}' | sudo tee /etc/cloud/cloud.cfg.d/99-network.cfg"
                        + " && sudo rm -f /etc/systemd/network/* /etc/netplan/*"
                        + " && sudo systemctl disable systemd-networkd.service systemd-networkd.socket");
        virthost.reboot();
        // nobody gives it the name that netplan gave it
        nic = virthost.inside("ip -4 route show default").replaceFirst("^.* dev (\\S+).*$", "$1");
        assertThat(virthost.inside("nmcli -g GENERAL.STATE device show " + nic))
                .startsWith("100 (connected)");
        assertThat(virthost.inside("systemctl is-active systemd-networkd || true"))
                .isEqualTo("inactive");
        assertThat(virthost.ways(nic)).contains(address + "/24");
        bridges();
    }

    @Test
    @Order(5)
    void whoIsCutOffFromNetworkManagerIsGivenTheWayBack() {
        isUndone();
    }

    @Test
    @Order(6)
    void networkManagersBridgeIsThereAfterABootAndGoes() {
        staysAndGoes();
    }

    private void bridges() {
        user.write(user.checkout().resolve("bridge.yml"), lan.settings(nic, BRIDGE));
    }

    /** Whoever asked for the bridge is heard no more, and another session lives on meanwhile. */
    private void isUndone() {
        List<String> ways = virthost.ways(nic);
        String configuration = virthost.configuration();
        try (Started witness =
                user.starts("ssh %s bridged -- '%s'".formatted(virthost.lab(), WITNESS))) {
            LanVirthost.await(
                    PATIENCE, "the other session", () -> !lan.sessions(address).isEmpty());
            Set<String> others = lan.sessions(address);
            try (Started run = user.starts(MAKE)) {
                assertThat(witness.await("begun"::equals, PATIENCE)).isNotEmpty();
                Set<String> own = new HashSet<>(lan.sessions(address));
                own.removeAll(others);
                assertThat(own).isNotEmpty();
                lan.cut(own);
                try {
                    assertThat(witness.await("undone"::equals, PATIENCE)).isNotEmpty();
                } finally {
                    lan.join(own);
                }
                int status = run.exit(PATIENCE);
                System.out.print(run.text());
                assertThat(status).isEqualTo(5);
                assertThat(run.text())
                        .contains(
                                "br0 was undone, and the interface is as it was: this host could not be reached over br0 for 30 seconds");
            }
        }
        assertThat(virthost.ways(nic)).isEqualTo(ways);
        assertThat(virthost.configuration()).isEqualTo(configuration);
    }

    private void staysAndGoes() {
        List<String> ways = virthost.ways(nic);
        String configuration = virthost.configuration();
        // the session that was cut may have the lock for a minute
        LanVirthost.await(PATIENCE, "the bridge", () -> user.kubelab(PATIENCE, MAKE).exit() == 0);
        assertThat(virthost.ways(BRIDGE)).containsAll(ways);
        assertThat(virthost.ways(nic)).isEmpty();
        virthost.reboot();
        assertThat(virthost.ways(BRIDGE)).containsAll(ways);
        assertThat(virthost.ways(nic)).isEmpty();
        assertThat(
                        virthost.inside(
                                "systemctl is-failed systemd-networkd-wait-online NetworkManager-wait-online || true"))
                .as("what waited for addresses during the boot")
                .doesNotContain("failed");
        assertThat(user.kubelab(PATIENCE, MAKE).succeeds().err()).contains("nothing changed");
        user.kubelab(PATIENCE, "play no-lan " + LAB).succeeds();
        assertThat(virthost.ways(nic)).isEqualTo(ways);
        assertThat(virthost.inside("ip -br link show %s 2>&1 || true".formatted(BRIDGE)))
                .contains("does not exist");
        assertThat(virthost.configuration()).isEqualTo(configuration);
        virthost.reboot();
        assertThat(virthost.ways(nic)).isEqualTo(ways);
    }
}
