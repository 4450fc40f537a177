package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Container nodes on a virthost as people have it: systemd is its first process, its control groups
 * are of version 2 alone, it has nothing of libvirt yet. It is a virtual machine of another lab on
 * this machine, emulated, and therefore takes most of an hour: {@code -Pslow}. README tells how far
 * it came when it was last run.
 */
@Tag("cluster")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OrdinaryVirthostIT {
    private static final Duration PATIENCE = EmulatedVirthost.PATIENCE;

    private static final String LAB = "-i ordinary.inventory -e lab.yml";

    private final Workstation user = Workstation.withThisBuild();
    private final EmulatedVirthost virthost =
            new EmulatedVirthost(user, "ordinary", 7000, "lab_network_cidr: 192.168.199.0/24\n");
    private final LabCluster cluster = new LabCluster(user, LAB, EmulatedVirthost.OF_PODS);
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @AfterAll
    void leave() {
        try (user;
                virthost) {
            if (chapters.broken()) {
                user.kubelab(PATIENCE, "kubectl %s -- get pods,nodes -A -o wide".formatted(LAB));
            }
        }
    }

    @Test
    @Order(1)
    void itsDistributionsOwnSystemRuns() {
        virthost.start();
        assertThat(virthost.inside("ps -o comm= -p 1")).isEqualTo("systemd");
        assertThat(virthost.inside("stat --file-system --format=%T /sys/fs/cgroup"))
                .isEqualTo("cgroup2fs");
        assertThat(virthost.inside("command -v libvirtd || true")).isEmpty();
        before = virthost.traces();
    }

    @Test
    @Order(2)
    void upMakesALabOnIt() {
        virthost.isInSshConfig("ordinary.inventory");
        user.write(
                user.checkout().resolve("lab.yml"),
                """
                lab: nested
                domain_type: lxc
                system_default_cpus: 2
                """);
        user.kubelab(PATIENCE, "up " + LAB).succeeds();
        assertThat(cluster.kubectl("get nodes --no-headers").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern(" Ready "));
    }

    @Test
    @Order(3)
    void theSecondRunChangesNothing() {
        assertThat(user.kubelab(PATIENCE, "up " + LAB).succeeds().err())
                .contains("up: nothing changed");
    }

    @Test
    @Order(4)
    void podsHaveTheirInterfacesAndReachAnotherNode() {
        cluster.makesTheArticlesPods();
        assertThat(cluster.interfaces("flannelpod"))
                .singleElement()
                .asString()
                .startsWith("eth0 10.244.");
        assertThat(cluster.interfaces("macvlanpod"))
                .singleElement()
                .asString()
                .startsWith("eth0 192.168.");
        assertThat(cluster.interfaces("bothpod")).hasSize(2);
        assertThat(cluster.kubectl("get pods -o jsonpath={.items[*].spec.nodeName}"))
                .doesNotContain("kube-master");
        String other =
                cluster.kubectl("get node kube-master -o jsonpath={.spec.podCIDR}")
                        .strip()
                        .replaceAll("\\.0/24$", ".1");
        assertThat(cluster.kubectl("exec flannelpod -- ping -c 5 -W 10 " + other))
                .as("the pod network's address of the other node")
                .contains(" 0% packet loss");
    }

    @Test
    @Order(5)
    void downLeavesNothingButPackages() {
        user.kubelab(PATIENCE, "down " + LAB).succeeds();
        assertThat(virthost.traces()).isEqualTo(before);
    }
}
