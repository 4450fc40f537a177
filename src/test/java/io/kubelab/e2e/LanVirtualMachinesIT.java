package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Virtual machines, emulated, on the virthost's LAN with addresses from its DHCP server: one has a
 * guest agent, and one has none after a while.
 */
@Tag("cluster")
@Tag("daily")
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LanVirtualMachinesIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration BOOT = Duration.ofMinutes(10);

    /** The bundle is built from nothing if need be, and then nobody gets an address. */
    private static final Duration COLD = Duration.ofMinutes(60);

    private static final String MASTER = "kube-master";
    private static final String NODE = "kube-node-1";
    private static final String UP = "virthost-setup -i inventory/there.inventory -e lan.yml";

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation ann = Workstation.withThisBuild();
    private TreeSet<String> before = new TreeSet<>();
    private @Nullable LanDhcp dhcp;
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void machinesAreOnTheLan() {
        ann.mayUse(virthost);
        virthost.bridge();
        ann.write(
                ann.checkout().resolve("inventory/lan.yml"),
                """
                domain_type: qemu
                image: build:debian-13
                bridge_networking: true
                bridge_physical_nic: kl1
                bridge_network_name: br0
                bridge_network_cidr: %1$s.0/24
                multus_ipam_subnet: %1$s.0/24
                multus_ipam_rangeStart: %1$s.200
                multus_ipam_rangeEnd: %1$s.216
                multus_ipam_gateway: %1$s.1
                # only because the LAN of the test is in the default's
                service_network_cidr: 10.32.0.0/16
                """
                        .formatted(virthost.lan()));
        before = virthost.traces();
    }

    @AfterAll
    void leave() {
        try (virthost;
                ann) {
            silence();
        }
    }

    @Test
    @Order(1)
    void aLanWithoutADhcpServerIsTold() {
        Ran alone = ann.kubelab(COLD, UP);
        assertThat(alone.exit()).isEqualTo(6);
        for (String machine : List.of(MASTER, NODE)) {
            assertThat(alone.err())
                    .contains(
                            machine
                                    + " to get an address by DHCP: it has started and says that it has none",
                            "machines/%s/console.log on the virthost) ends with:"
                                    .formatted(machine));
        }
        assertThat(alone.err()).contains("Is there a DHCP server on the LAN");
    }

    @Test
    @Order(2)
    void theSameCommandGoesOnWhenTheServerAnswers() {
        dhcp(100, 109);
        ann.kubelab(BOOT, UP).succeeds();
        for (String machine : List.of(MASTER, NODE)) {
            assertThat(address(machine)).matches("\\Q" + virthost.lan() + "\\E\\.10[0-9]");
            assertThat(on(machine, "hostname; systemd-detect-virt; ip -4 -br address show eth0"))
                    .startsWith(machine + "\nqemu\n")
                    .contains(address(machine) + "/24");
            assertThat(on(machine, "systemctl is-active qemu-guest-agent")).isEqualTo("active");
        }
        assertThat(address(MASTER)).isNotEqualTo(address(NODE));
        assertThat(ann.kubelab(BOOT, "virthost-setup").succeeds().err())
                .contains("nothing changed");
    }

    @Test
    @Order(3)
    void whoHasItsAddressNowIsNotTakenForTheMachine() throws IOException {
        Path state = ann.home().resolve(".local/state/kubelab/labs/the_virthost");
        Path known = state.resolve("known_hosts");
        Path lease = state.resolve("leases").resolve(NODE);
        String node = address(NODE);
        assertThat(lease).hasContent(node);

        // as if the machines had been at each other's address
        String keys = Files.readString(known);
        Files.writeString(lease, address(MASTER) + "\n");
        Files.writeString(
                known,
                keys.replace(node, "there")
                        .replace(address(MASTER), node)
                        .replace("there", address(MASTER)));
        Ran stranger = ann.ssh(MINUTE, NODE, "hostname");
        assertThat(stranger.exit()).isNotZero();
        assertThat(stranger.out()).isEmpty();
        assertThat(stranger.err()).contains("THE HOST KEY HAS CHANGED");

        ann.kubelab(BOOT, "virthost-setup").succeeds();
        assertThat(lease).hasContent(node);
        assertThat(known).hasContent(keys);
        assertThat(on(NODE, "hostname")).isEqualTo(NODE);
    }

    @Test
    @Order(4)
    void aMachineIsFoundAtTheAddressThatItHasAfterABoot() {
        on(NODE, "sudo systemctl mask --now qemu-guest-agent.service");
        String master = address(MASTER);
        String node = address(NODE);
        dhcp(110, 119);
        // from within: what the one without an agent said before is still in its console's log
        boots(NODE, "sudo systemctl reboot");
        virthost.inside("virsh", "-c", "qemu:///system", "destroy", MASTER).succeeds();
        ann.kubelab(BOOT, "virthost-setup").succeeds();
        for (String machine : List.of(MASTER, NODE)) {
            assertThat(address(machine))
                    .matches("\\Q" + virthost.lan() + "\\E\\.11[0-9]")
                    .isNotIn(master, node);
            assertThat(on(machine, "hostname")).isEqualTo(machine);
        }
        assertThat(on(NODE, "systemctl is-active qemu-guest-agent || true")).isEqualTo("inactive");
        assertThat(ann.kubelab(BOOT, "virthost-setup").succeeds().err())
                .contains("nothing changed");
    }

    @Test
    @Order(5)
    void anAddressThatComesAfterTheBootIsFoundWithoutAnAgent() {
        silence();
        boots(NODE, "sudo systemctl reboot");
        LanVirthost.await(
                BOOT,
                "cloud-init to have waited in vain",
                () -> console(NODE).replaceFirst("(?s).*Linux version ", "").contains("login: "));
        dhcp(120, 129);
        ann.kubelab(BOOT, "virthost-setup").succeeds();
        assertThat(address(NODE)).matches("\\Q" + virthost.lan() + "\\E\\.12[0-9]");
        assertThat(on(NODE, "hostname")).isEqualTo(NODE);
    }

    @Test
    @Order(6)
    void downLeavesNothing() {
        ann.kubelab(BOOT, "down").succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
        assertThat(virthost.inside("ip", "-br", "address", "show", "br0").out())
                .contains(virthost.address());
    }

    private void dhcp(int first, int last) {
        silence();
        // who gives addresses anew has forgotten the old ones
        dhcp =
                LanDhcp.start(
                        virthost.link(),
                        virthost.lan(),
                        first,
                        last,
                        ann.checkout().resolve("target/leases-" + first));
    }

    private void silence() {
        if (dhcp != null) {
            dhcp.close();
            dhcp = null;
        }
    }

    /** Returns when the machine's kernel starts. */
    private void boots(String machine, String command) {
        long starts = starts(machine);
        ann.ssh(MINUTE, machine, command);
        LanVirthost.await(BOOT, machine + " to boot", () -> starts(machine) > starts);
    }

    private long starts(String machine) {
        return Pattern.compile("Linux version ").matcher(console(machine)).results().count();
    }

    private String console(String machine) {
        return virthost.inside(
                        "cat",
                        "/var/lib/kubelab/labs/the_virthost/machines/%s/console.log"
                                .formatted(machine))
                .out();
    }

    private String on(String machine, String command) {
        return ann.ssh(BOOT, machine, command).succeeds().text();
    }

    /** As Ansible would read it. */
    private String address(String machine) {
        return LanStoryIT.address(ann, machine);
    }
}
