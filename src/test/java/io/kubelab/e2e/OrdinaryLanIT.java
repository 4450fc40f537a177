package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The article's two files as they stand in the article, but for the virthost's address and the name
 * of its interface: machines and pods are on the virthost's LAN, whose router serves DHCP, as at
 * the author's home. The virthost is a virtual machine, emulated; therefore {@code -Pslow}. README
 * tells how far it came when it was last run.
 */
@Tag("cluster")
@Tag("slow")
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OrdinaryLanIT {
    private static final Duration PATIENCE = EmulatedVirthost.PATIENCE;
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String NIC = "eth0";
    private static final String BRIDGE = "br0";
    private static final String LAN = "192.168.1";

    private static final String ARTICLE =
            "-i inventory/virthost.inventory -e @./inventory/multus-extravars.yml";

    private final Workstation user = Workstation.withThisBuild();
    private final HomeLan lan = HomeLan.start(LAN, user.checkout().resolve("target/leases"));
    private final EmulatedVirthost virthost =
            new EmulatedVirthost(user, "at-home", 7000, lan.settings());
    private final LabCluster cluster = new LabCluster(user, ARTICLE, EmulatedVirthost.OF_PODS);
    private TreeSet<String> before = new TreeSet<>();
    private List<String> ways = List.of();
    private String configuration = "";
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try (user;
                lan;
                virthost) {
            if (chapters.broken()) {
                user.kubelab(
                        PATIENCE, "kubectl %s -- get pods,nodes -A -o wide".formatted(ARTICLE));
            }
        }
    }

    @Test
    @Order(1)
    void theVirthostIsOnALanAndNetworkdHasItsInterface() {
        virthost.start();
        assertThat(virthost.inside("networkctl --no-pager --no-legend list " + NIC))
                .matches(".* routable +configured *");
        assertThat(virthost.inside("command -v nmcli ifquery libvirtd || true")).isEmpty();
        before = virthost.traces();
        ways = virthost.ways(NIC);
        configuration = virthost.configuration();
        assertThat(virthost.address(NIC)).startsWith(LAN + ".1");
        virthost.letsIn(virthost.address(NIC), "inventory/virthost.inventory");
        user.write(
                user.checkout().resolve("inventory/multus-extravars.yml"),
                LanStoryIT.articlesSettings(NIC, LAN));
    }

    @Test
    @Order(2)
    void virthostSetupMovesItsAddressAndTheLanGivesMachinesTheirs() {
        assertThat(user.kubelab(PATIENCE, "virthost-setup " + ARTICLE).succeeds().err())
                .contains(
                        "makes container nodes (lxc), since the processor of the_virthost is emulated");
        assertThat(virthost.ways(BRIDGE)).containsAll(ways);
        assertThat(virthost.ways(NIC)).isEmpty();
        for (String machine : List.of("kube-master", "kube-node-1")) {
            String address = LanStoryIT.address(user, machine);
            assertThat(address)
                    .matches("\\Q" + LAN + "\\E\\.1[012][0-9]")
                    .isNotEqualTo(virthost.address(BRIDGE));
            assertThat(ping(address)).isTrue();
            assertThat(
                            user.ssh(
                                            PATIENCE,
                                            machine,
                                            ARTICLE,
                                            "hostname; ip -4 -br address show eth0")
                                    .succeeds()
                                    .out())
                    .startsWith(machine + "\n")
                    .contains(" " + address + "/24");
        }
    }

    @Test
    @Order(3)
    void kubeInstallMakesThemACluster() {
        user.kubelab(PATIENCE, "kube-install " + ARTICLE).succeeds();
        assertThat(cluster.kubectl("get nodes -o wide --no-headers").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(" Ready ", " " + LAN + ".1"));
    }

    @Test
    @Order(4)
    void theSecondRunChangesNothing() {
        for (String command : List.of("virthost-setup ", "kube-install ")) {
            assertThat(user.kubelab(PATIENCE, command + ARTICLE).succeeds().err())
                    .contains("nothing changed");
        }
    }

    @Test
    @Order(5)
    void podsAreOnTheLanToo() {
        cluster.makesTheArticlesPods();
        assertThat(cluster.interfaces("flannelpod"))
                .singleElement()
                .asString()
                .startsWith("eth0 10.244.");
        assertThat(cluster.interfaces("macvlanpod"))
                .singleElement()
                .asString()
                .startsWith("eth0 " + LAN + ".2");
        assertThat(cluster.interfaces("bothpod"))
                .hasSize(2)
                .anySatisfy(i -> assertThat(i).startsWith("eth0 " + LAN + ".2"))
                .anySatisfy(i -> assertThat(i).startsWith("net0 10.244."));
        // this machine is on that LAN and no part of the lab
        for (String pod : List.of("macvlanpod", "bothpod")) {
            String address =
                    cluster.interfaces(pod).getFirst().replaceFirst("^eth0 (.*)/24$", "$1");
            assertThat(ping(address)).as("%s at %s", pod, address).isTrue();
        }
        assertThat(cluster.kubectl("exec macvlanpod -- ping -c 5 -W 10 %s.1".formatted(LAN)))
                .as("the LAN's router")
                .contains(" 0% packet loss");
    }

    @Test
    @Order(6)
    void downGivesTheInterfaceItsAddressBack() {
        user.kubelab(PATIENCE, "down " + ARTICLE).succeeds();
        assertThat(virthost.traces()).isEqualTo(before);
        assertThat(virthost.ways(NIC)).isEqualTo(ways);
        assertThat(virthost.configuration()).isEqualTo(configuration);
    }

    private static boolean ping(String address) {
        Ran ran = Ran.run(SOON, "ping", "-c", "3", "-W", "10", address);
        System.out.print(ran);
        return ran.exit() == 0;
    }
}
