package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The virthost's addresses move to a bridge and back under the feet of a kubelab that is logged in
 * over them, with the programs that really configure interfaces.
 */
@Tag("cluster")
@Tag("daily")
final class LanBridgeIT {
    private static final Duration MOMENT = Duration.ofMinutes(3);
    private static final Duration CUT_OFF = Duration.ofMinutes(8);
    private static final String BRIDGE = "br0";

    private static Path directory = Path.of("");
    private static Path root = Path.of("");

    @BeforeAll
    static void packages() throws IOException {
        directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-root-");
        root = LanVirthost.root(directory);
    }

    @AfterAll
    static void remove() {
        Ran.run(MOMENT, "rm", "-rf", "--one-file-system", directory.toString()).succeeds();
    }

    @ParameterizedTest
    @CsvSource({
        "NetworkManager, dhcp",
        "NetworkManager, static",
        "NetworkManager, automatic",
        "networkd, dhcp",
        "networkd, static",
        "netplan, dhcp",
        "netplan-nm, static",
        "ifupdown, dhcp",
        "ifupdown, static"
    })
    void addressesMoveToTheBridgeStayThereAndComeBack(String tool, String mode) {
        try (LanVirthost virthost = LanVirthost.start(root, tool, mode);
                Workstation ann = workstation(virthost)) {
            List<String> ways = virthost.ways(LanVirthost.NIC);
            String configuration = virthost.configuration();
            Ran made = ann.kubelab(MOMENT, "play lan -e lan.yml").succeeds();
            assertThat(made.err()).contains("virthost has a bridge to its LAN");
            assertThat(virthost.ways(BRIDGE)).containsAll(ways);
            assertThat(virthost.ways(LanVirthost.NIC)).isEmpty();
            assertThat(virthost.inside("ls /run/kubelab-lan-bridge").exit()).isNotZero();

            String kept = virthost.configuration();
            Ran again = ann.kubelab(MOMENT, "play lan -e lan.yml").succeeds();
            assertThat(again.err()).contains("nothing changed");
            assertThat(virthost.configuration()).isEqualTo(kept);

            virthost.reboot(BRIDGE);
            assertThat(virthost.ways(BRIDGE)).containsAll(ways);
            if (List.of("networkd", "netplan").contains(tool)) {
                // netplan has it wait for the interface by name
                virthost.inside("systemctl start systemd-networkd-wait-online").succeeds();
            }
            ann.kubelab(MOMENT, "play lan -e lan.yml").succeeds();

            ann.kubelab(MOMENT, "play no-lan -e lan.yml").succeeds();
            assertThat(virthost.ways(LanVirthost.NIC)).isEqualTo(ways);
            assertThat(virthost.inside("ip link show " + BRIDGE).exit()).isNotZero();
            assertThat(virthost.configuration()).isEqualTo(configuration);
            virthost.reboot(LanVirthost.NIC);
            assertThat(virthost.ways(LanVirthost.NIC)).isEqualTo(ways);
        }
    }

    @ParameterizedTest
    @CsvSource({"NetworkManager, dhcp", "networkd, static", "ifupdown, static"})
    void aVirthostThatIsCutOffUndoesItAndTheUserIsTold(String tool, String mode) {
        try (LanVirthost virthost = LanVirthost.start(root, tool, mode);
                Workstation ann = workstation(virthost)) {
            List<String> ways = virthost.ways(LanVirthost.NIC);
            String configuration = virthost.configuration();
            try (Started run = ann.starts("play lan -e lan.yml")) {
                LanVirthost.await(
                        MOMENT,
                        "the bridge",
                        () -> virthost.inside("ip link show " + BRIDGE).exit() == 0);
                virthost.cut();
                LanVirthost.await(
                        MOMENT,
                        "the host to undo it by itself",
                        () -> virthost.inside("ls /run/kubelab-lan-bridge/br0/undone").exit() == 0);
                virthost.join();
                int status = run.exit(CUT_OFF);
                System.out.print(run.text());
                assertThat(status).isEqualTo(5);
                assertThat(run.text()).contains("br0 was undone, and the interface is as it was");
            }
            assertThat(virthost.ways(LanVirthost.NIC)).isEqualTo(ways);
            assertThat(virthost.configuration()).startsWith(configuration.strip());
            // the host takes the session that was cut for a living one until it has not heard of it
            // for a minute
            LanVirthost.await(
                    MOMENT,
                    "the lock of the session that was cut",
                    () -> ann.kubelab(MOMENT, "play lan -e lan.yml").exit() == 0);
            assertThat(virthost.ways(BRIDGE)).containsAll(ways);
        }
    }

    @Test
    void interfacesOfPodsAreLeftToWhoMadeThem() {
        try (LanVirthost host = LanVirthost.start(root, "NetworkManager", "dhcp");
                Workstation ann = workstation(host)) {
            List<String> ways = host.ways(LanVirthost.NIC);
            host.inside(
                            """
                            set -e
                            printf '[keyfile]\\nunmanaged-devices=interface-name:mine0\\n' > /etc/NetworkManager/conf.d/50-mine.conf
                            systemctl restart NetworkManager
                            ip link add mine0 type bridge
                            ip link add cni0 type bridge
                            ip link add flannel.1 type bridge
                            ip link add veth1234 type veth peer name veth5678
                            ip address add 10.244.9.1/24 dev cni0
                            for i in mine0 cni0 flannel.1 veth1234 veth5678; do ip link set $i up; done
                            """)
                    .succeeds();
            LanVirthost.await(
                    MOMENT,
                    "NetworkManager to look at the bridge",
                    () -> managed(host).contains("cni0:connected"));
            assertThat(managed(host)).contains("mine0:unmanaged");

            Ran run = ann.kubelab(MOMENT, "play pods -e lan.yml -e domain_type=kvm").succeeds();
            assertThat(run.err()).contains("NetworkManager leaves pods' interfaces alone");
            LanVirthost.await(
                    MOMENT,
                    "NetworkManager to leave them",
                    () ->
                            List.of("mine0", "cni0", "flannel.1", "veth1234", "veth5678").stream()
                                    .allMatch(i -> managed(host).contains(i + ":unmanaged")));
            assertThat(managed(host)).contains(LanVirthost.NIC + ":connected");
            assertThat(host.ways(LanVirthost.NIC)).isEqualTo(ways);
            assertThat(host.ways("cni0")).contains("10.244.9.1/24");

            run = ann.kubelab(MOMENT, "play pods -e lan.yml -e domain_type=kvm").succeeds();
            assertThat(run.err()).contains("nothing changed");
        }
    }

    /** What NetworkManager says of each interface. */
    private static String managed(LanVirthost host) {
        return host.inside("nmcli --terse --fields DEVICE,STATE device").out();
    }

    @Test
    void whoIsKilledMeanwhileGoesOnWithTheNextRun() {
        try (LanVirthost virthost = LanVirthost.start(root, "networkd", "static");
                Workstation ann = workstation(virthost)) {
            List<String> ways = virthost.ways(LanVirthost.NIC);
            try (Started run = ann.starts("play lan -e lan.yml")) {
                LanVirthost.await(
                        MOMENT,
                        "the change to begin",
                        () ->
                                virthost.inside("ls /run/kubelab-lan-bridge/br0/switching").exit()
                                        == 0);
                run.kill();
            }
            LanVirthost.await(
                    MOMENT,
                    "the host to undo it by itself",
                    () -> virthost.inside("ls /run/kubelab-lan-bridge/br0/undone").exit() == 0);
            // it is told once
            assertThat(ann.kubelab(MOMENT, "play lan -e lan.yml").exit()).isEqualTo(5);
            assertThat(virthost.ways(LanVirthost.NIC)).isEqualTo(ways);
            ann.kubelab(MOMENT, "play lan -e lan.yml").succeeds();
            assertThat(virthost.ways(BRIDGE)).containsAll(ways);
        }
    }

    @Test
    void aBridgeOfSomebodyElseStays() {
        try (LanVirthost virthost = LanVirthost.start(root, "networkd", "static");
                Workstation ann = workstation(virthost)) {
            virthost.inside(
                            """
                            cd /etc/systemd/network
                            printf '[NetDev]\\nName=br0\\nKind=bridge\\n' > br0.netdev
                            sed 's/Name=.*/Name=br0/' 20-lan.network > 30-br0.network
                            printf '[Match]\\nName=%1$s\\n[Network]\\nBridge=br0\\n' > 20-lan.network
                            networkctl reload
                            """
                                    .formatted(LanVirthost.NIC))
                    .succeeds();
            LanVirthost.await(MOMENT, "the bridge", () -> virthost.ways(BRIDGE).size() > 1);
            List<String> ways = virthost.ways(BRIDGE);
            String configuration = virthost.configuration();
            ann.kubelab(MOMENT, "play lan -e lan.yml").succeeds();
            assertThat(virthost.ways(BRIDGE)).containsAll(ways);
            ann.kubelab(MOMENT, "play no-lan -e lan.yml").succeeds();
            assertThat(virthost.ways(BRIDGE)).isEqualTo(ways);
            assertThat(virthost.configuration()).startsWith(configuration.strip());
        }
    }

    @Test
    void whatOnlyTheUserCanMendIsToldFirst() {
        try (LanVirthost virthost = LanVirthost.start(root, "networkd", "static");
                Workstation ann = workstation(virthost)) {
            Ran ran = ann.kubelab(MOMENT, "play lan -e lan.yml -e bridge_physical_nic=eno9");
            assertThat(ran.exit()).isEqualTo(3);
            assertThat(ran.err())
                    .contains(
                            "bridge_physical_nic: the_virthost has no network interface 'eno9'; name one of %s (%s.2/24)"
                                    .formatted(LanVirthost.NIC, virthost.network()));
            assertThat(virthost.inside("ls /var/lib/kubelab").exit()).isNotZero();
        }
    }

    /** With the article's own settings, on the network of the test. */
    private static Workstation workstation(LanVirthost virthost) {
        Workstation ann = Workstation.withThisBuild();
        String network = virthost.network();
        ann.write(
                ann.home().resolve(".ssh/known_hosts"),
                "%s %s\n".formatted(virthost.address(), virthost.hostKey()));
        ann.write(
                ann.checkout().resolve("inventory/virthost.inventory"),
                """
                the_virthost ansible_host=%s ansible_user=root ansible_ssh_private_key_file=%s

                [virthost]
                the_virthost
                """
                        .formatted(virthost.address(), virthost.key()));
        ann.write(
                ann.checkout().resolve("inventory/lan.yml"),
                """
                bridge_networking: true
                bridge_name: virbr0
                bridge_physical_nic: "%s"
                bridge_network_name: "%s"
                bridge_network_cidr: %s.0/24
                multus_ipam_subnet: "%s.0/24"
                multus_ipam_rangeStart: "%s.200"
                multus_ipam_rangeEnd: "%s.216"
                multus_ipam_gateway: "%s.1"
                """
                        .formatted(
                                LanVirthost.NIC,
                                BRIDGE,
                                network,
                                network,
                                network,
                                network,
                                network));
        ann.write(
                ann.checkout().resolve("playbooks-equivalent/pods.yml"),
                """
                - play: Pods
                  hosts: virthost
                  steps: [unmanaged_interfaces]
                """);
        plays(ann);
        return ann;
    }

    /** {@code lan} makes the bridge alone, and {@code no-lan} takes it away. */
    static void plays(Workstation ann) {
        ann.write(
                ann.checkout().resolve("playbooks-equivalent/lan.yml"),
                """
                - preflight: Virthost is fit
                  hosts: virthost
                  steps: [lan_at_hand]
                - play: LAN
                  hosts: virthost
                  after: [Virthost is fit]
                  steps: [lan_bridge]
                """);
        ann.write(
                ann.checkout().resolve("playbooks-equivalent/no-lan.yml"),
                """
                - play: No LAN
                  hosts: virthost
                  steps: [lan_bridge_absent, machine_store_absent]
                """);
    }
}
