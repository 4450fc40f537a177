package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The article with virtual machines, emulated, of a disk that is made from packages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class VirtualMachinesStory {
    static final List<String> MACHINES = List.of("kube-master", "kube-node-1");

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Of everything that emulated machines take part in. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(60);

    private static final String UP = "up -i inventory/there.inventory -e vms.yml";

    private final String settings;
    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private final LabCluster cluster = new LabCluster(user, "", PATIENCE);
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    /**
     * @param settings of the machines, as YAML
     */
    VirtualMachinesStory(String settings) {
        this.settings = settings;
    }

    TestVirthost virthost() {
        return virthost;
    }

    @BeforeAll
    void theUsersFile() {
        user.mayUse(virthost);
        user.write(
                user.checkout().resolve("vms.yml"),
                """
                domain_type: qemu
                system_default_cpus: 2
                """
                        + settings);
        before = virthost.traces();
    }

    @AfterAll
    void leave() {
        try {
            if (chapters.broken()) {
                user.kubelab(PATIENCE, "kubectl get pods,nodes -A -o wide");
                user.kubelab(PATIENCE, "kubectl get events -A");
            }
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void upMakesMachinesWithKernelsOfTheirOwn() {
        user.kubelab(COLD, UP).succeeds();
        String kernel = virthost.inside("uname", "-r").text();
        for (String machine : MACHINES) {
            assertThat(on(machine, "uname -r")).isNotEqualTo(kernel).contains("cloud");
            assertThat(on(machine, "systemd-detect-virt")).isEqualTo("qemu");
            assertThat(on(machine, "sudo find /etc/ssh -name 'ssh_host_*_key'"))
                    .as("the key that is known before it is first shown, and no other")
                    .isEqualTo("/etc/ssh/ssh_host_ed25519_key");
            assertThat(on(machine, "df --output=size -BG / | tail -n 1").strip())
                    .as("set_root_disk_gb")
                    .isEqualTo("10G");
        }
        assertThat(on("kube-master", "cat /etc/machine-id"))
                .isNotEqualTo(on("kube-node-1", "cat /etc/machine-id"));
        assertThat(cluster.kubectl("get nodes --no-headers").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern(" Ready "));
    }

    @Test
    @Order(2)
    void theSecondRunChangesNothing() {
        assertThat(user.kubelab(PATIENCE, UP).succeeds().err()).contains("up: nothing changed");
    }

    @Test
    @Order(3)
    void theThreePodsHaveTheInterfacesTheyAskFor() {
        cluster.makesTheArticlesPods();
        assertThat(cluster.interfaces("flannelpod"))
                .singleElement()
                .asString()
                .startsWith("eth0 10.244.");
        assertThat(cluster.interfaces("macvlanpod"))
                .singleElement()
                .asString()
                .matches("eth0 192\\.168\\.\\d+\\.2(0\\d|1[0-6])/24");
        List<String> both = cluster.interfaces("bothpod");
        assertThat(both).hasSize(2);
        assertThat(both.getFirst()).matches("eth0 192\\.168\\.\\d+\\.2(0\\d|1[0-6])/24");
        assertThat(both.getLast()).startsWith("net0 10.244.");
    }

    @Test
    @Order(4)
    void theVirthostPingsTheMacvlanPod() {
        String address =
                cluster.interfaces("macvlanpod").getFirst().replaceAll("eth0 (.*)/24", "$1");
        assertThat(virthost.inside("ping", "-c", "10", "-i", "0.5", address).succeeds().out())
                .contains(" 0% packet loss");
    }

    @Test
    @Order(5)
    void whatWasUndoneByHandIsPutBack() {
        // they would start again all at once
        cluster.kubectl("delete pod --all --wait");
        virthost.inside("virsh", "-c", "qemu:///system", "destroy", "kube-node-1").succeeds();
        on("kube-master", "echo 127.0.0.1 localhost | sudo tee /etc/hosts");
        Ran preview = user.kubelab(PATIENCE, UP + " --preview").succeeds();
        assertThat(preview.err().lines().filter(line -> line.startsWith("would ")))
                .anySatisfy(
                        line -> assertThat(line).contains("kube-node-1", "the machine is running"))
                .anySatisfy(line ->
                        assertThat(line).contains("kube-master", "the machine knows the others"));
        user.kubelab(PATIENCE, UP).succeeds();
        assertThat(user.kubelab(PATIENCE, UP).succeeds().err()).contains("up: nothing changed");
        assertThat(on("kube-master", "getent hosts kube-node-1")).contains("kube-node-1");
    }

    @Test
    @Order(6)
    void whatALabsMachinesAreStays() {
        user.write(user.checkout().resolve("other.yml"), "domain_type: lxc\n");
        Ran ran = user.kubelab(PATIENCE, "virthost-setup -e other.yml --preview").succeeds();
        assertThat(ran.err())
                .contains("domain_type has no effect: the lab's machines are of type qemu")
                .contains("nothing would change");
    }

    @Test
    @Order(7)
    void downLeavesNothing() {
        user.kubelab(PATIENCE, "down").succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        left.removeIf(TestVirthost::isOrdinary);
        assertThat(left).isEmpty();
        Ran again = user.kubelab(MINUTE, "down -i inventory/there.inventory -e vms.yml");
        assertThat(again.succeeds().err()).contains("down: nothing changed");
    }

    String on(String machine, String command) {
        return user.ssh(PATIENCE, machine, command).succeeds().text();
    }
}
