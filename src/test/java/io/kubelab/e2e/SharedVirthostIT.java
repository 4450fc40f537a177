package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Alice and Bob have a workstation each, and one virthost. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SharedVirthostIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(40);

    private static final int INVALID_INPUT = 3;
    private static final int OCCUPIED = 11;
    private static final String SETUP = "virthost-setup -i inventory/there.inventory";
    private static final String BOBS =
            " -e lab=bobs -e lab_network_cidr=192.168.171.0/24"
                    + " -e '{\"virtual_machines\": [{\"name\": \"bob-1\", \"node_type\": \"master\"}]}'"
                    + " -e multus_ipam_subnet=192.168.171.0/24 -e multus_ipam_gateway=192.168.171.1"
                    + " -e multus_ipam_rangeStart=192.168.171.200 -e multus_ipam_rangeEnd=192.168.171.216";

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation alice = Workstation.withThisBuild();
    private final Workstation bob = Workstation.withThisBuild();
    private TreeSet<String> before = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void bothMayUseTheVirthost() {
        alice.mayUse(virthost);
        bob.mayUse(virthost);
        before = virthost.traces();
    }

    @AfterAll
    void leave() {
        virthost.close();
        alice.close();
        bob.close();
    }

    @Test
    @Order(1)
    void theSecondRunOnALabNamesTheFirstUntilThatIsKilled() {
        try (Started first = alice.starts(SETUP)) {
            first.await(line -> line.contains("the lab has a directory"), COLD);
            first.stop();
            Ran second = alice.kubelab(MINUTE, "vm-teardown");
            assertThat(second.exit()).isEqualTo(OCCUPIED);
            assertThat(second.err())
                    .contains("lab 'the_virthost' is being worked on: ")
                    .containsPattern(
                            "\\S+ on \\S+ runs '\\S*kubelab virthost-setup' as process \\d+ since 20");
            Ran bobs = bob.kubelab(MINUTE, SETUP);
            assertThat(bobs.exit()).isEqualTo(OCCUPIED);
            assertThat(bobs.err())
                    .contains("lab 'the_virthost' on the_virthost is being worked on: ");
            assertThat(alice.kubelab(MINUTE, "validate").exit()).isZero();
            first.kill();
        }
        alice.kubelab(COLD, SETUP).succeeds();
    }

    @Test
    @Order(2)
    void aLabOfTheSameNameIsRefusedAndNothingIsTouched() {
        var traces = virthost.traces();
        for (String command : new String[] {SETUP, "down -i inventory/there.inventory"}) {
            Ran ran = bob.kubelab(MINUTE, command);
            assertThat(ran.exit()).isEqualTo(INVALID_INPUT);
            assertThat(ran.err())
                    .contains("the_virthost has a lab 'the_virthost'")
                    .contains("-e lab=NAME", "kubelab down --adopt");
        }
        Ran names =
                bob.kubelab(MINUTE, SETUP + " -e lab=bobs -e lab_network_cidr=192.168.171.0/24");
        assertThat(names.exit()).isEqualTo(INVALID_INPUT);
        assertThat(names.err()).contains("'kube-master' is taken on the_virthost");
        assertThat(virthost.traces()).isEqualTo(traces);
        assertThat(bob.kubelab(MINUTE, "list").err()).contains("no lab has been set up from here");
    }

    /** By the playbook, as by the command of its name. */
    @Test
    @Order(3)
    void twoLabsLiveSideBySideAndOneGoesAlone() {
        bob.kubelab(COLD, "play " + SETUP + BOBS).succeeds();
        alice.kubelab(COLD, "ssh kube-master -- true").succeeds();
        alice.kubelab(MINUTE, "down").succeeds();
        assertThat(bob.kubelab(MINUTE, "ssh bob-1 -- systemctl is-system-running").text())
                .isEqualTo("running");
        Ran second = bob.kubelab(MINUTE, "virthost-setup");
        assertThat(second.succeeds().err()).doesNotContainPattern("changed=[1-9]");
    }

    @Test
    @Order(4)
    void aLabThatWasForgottenIsRemovedOnWish() {
        bob.shell(MINUTE, "rm -rf ~/.local/state/kubelab ~/.ssh/bobs inventory/vms.local.generated")
                .succeeds();
        String down = "down -i inventory/there.inventory" + BOBS;
        assertThat(bob.kubelab(MINUTE, down).exit()).isEqualTo(INVALID_INPUT);
        bob.kubelab(MINUTE, down + " --adopt").succeeds();
        assertThat(bob.kubelab(MINUTE, down + " --adopt").succeeds().err())
                .doesNotContainPattern("changed=[1-9]");
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(before);
        assertThat(left.stream().filter(t -> !TestVirthost.isOrdinary(t))).isEmpty();
    }
}
