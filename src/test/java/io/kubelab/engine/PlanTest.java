package io.kubelab.engine;

import static io.kubelab.engine.TestLab.MASTER;
import static io.kubelab.engine.TestLab.NODE_1;
import static io.kubelab.engine.TestLab.NODE_2;
import static io.kubelab.engine.TestLab.VIRTHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.engine.Plan.Job;
import io.kubelab.engine.Steps.FileThere;
import io.kubelab.failure.InvalidInput;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final TestLab lab = new TestLab();
    private final FileThere step = new FileThere("a");

    private String waits(String job) {
        Plan plan = Plan.of(lab.playbook());
        return plan.jobs().stream()
                .filter(j -> j.toString().equals(job))
                .map(j -> plan.waitsFor(j).toString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aHostGoesFromOnePlayToItsNext() {
        lab.play("one", List.of(MASTER, NODE_1), step)
                .play("two", List.of(NODE_2), step)
                .play("three", List.of(NODE_1, NODE_2), step);
        assertThat(waits("'one' on kube-node-1")).isEqualTo("[]");
        assertThat(waits("'two' on kube-node-2")).isEqualTo("[]");
        assertThat(waits("'three' on kube-node-1")).isEqualTo("['one' on kube-node-1]");
        assertThat(waits("'three' on kube-node-2")).isEqualTo("['two' on kube-node-2]");
    }

    @Test
    void aWrittenAfterWaitsForAllHostsOfThesePlaysAndForNothingElse() {
        lab.play("one", List.of(MASTER, NODE_1), step)
                .play("two", List.of(NODE_2), step)
                .playAfter("three", List.of("one"), List.of(NODE_2), step);
        assertThat(waits("'three' on kube-node-2"))
                .isEqualTo("['one' on kube-master, 'one' on kube-node-1]");
    }

    @Test
    void everythingWaitsForAllPreflightsWhichWaitForNothing() {
        var brought = new Steps.Brought("b");
        lab.play("one", List.of(MASTER), step)
                .preflight("virthost", List.of(VIRTHOST), brought)
                .preflight("nodes", List.of(MASTER), brought)
                .playAfter("two", List.of("virthost"), List.of(MASTER), step)
                .play("three", List.of(MASTER), step);
        assertThat(Plan.of(lab.playbook()).jobs().toString())
                .startsWith("['virthost' on virt, 'nodes' on kube-master, ");
        assertThat(waits("'virthost' on virt")).isEqualTo("[]");
        assertThat(waits("'nodes' on kube-master")).isEqualTo("[]");
        for (String job : List.of("one", "two")) {
            assertThat(waits("'%s' on kube-master".formatted(job)))
                    .contains("'virthost' on virt", "'nodes' on kube-master")
                    .doesNotContain("'one'");
        }
        assertThat(waits("'three' on kube-master")).contains("'two' on kube-master");
    }

    @Test
    void aPreflightOfAHostDoesNotMeanThatItsPlaysAreOver() {
        lab.preflight("fit", List.of(MASTER), new Steps.Brought("b"))
                .play("one", List.of(MASTER), step)
                .play("two", List.of(NODE_1), step);
        Plan plan = Plan.of(lab.playbook());
        assertThat(plan.mayAskAbout(MASTER, plan.jobs().getLast())).isFalse();
        assertThat(plan.mayAskAbout(NODE_1, plan.jobs().getFirst())).isTrue();
    }

    @Test
    void aPlayWithoutHostsIsOverWhenWhatItWaitsForIs() {
        lab.play("one", List.of(MASTER), step)
                .playAfter("nobody", List.of("one"), List.of(), step)
                .playAfter("three", List.of("nobody"), List.of(NODE_2), step);
        assertThat(waits("'three' on kube-node-2")).isEqualTo("['one' on kube-master]");
    }

    @Test
    void aPlayMayComeAfterOneThatIsWrittenBelow() {
        lab.playAfter("late", List.of("early"), List.of(NODE_1), step)
                .play("early", List.of(MASTER), step);
        assertThat(Plan.of(lab.playbook()).jobs().toString())
                .isEqualTo("['early' on kube-master, 'late' on kube-node-1]");
    }

    @Test
    void playsThatWaitForEachOtherAreRefusedWithTheWayRound() {
        lab.playAfter("one", List.of("three"), List.of(NODE_1), step)
                .play("two", List.of(NODE_1), step)
                .play("three", List.of(NODE_1), step);
        assertThatThrownBy(() -> Plan.of(lab.playbook()))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "test.yml:1:3: 'one' waits for itself, by way of 'one', 'three', 'two'");
    }

    @Test
    void allUnknownNamesAreToldAtOnce() {
        lab.playAfter("one", List.of("nil"), List.of(NODE_1), step)
                .playAfter("two", List.of("none"), List.of(NODE_1), step);
        assertThatThrownBy(() -> Plan.of(lab.playbook()))
                .hasMessageContaining("test.yml:1:3: there is no play 'nil' to come after")
                .hasMessageContaining("test.yml:2:3: there is no play 'none' to come after");
    }

    @Test
    void aPlayAsksAboutAnotherHostOnlyAfterOneOfItsPlays() {
        lab.play("machines", List.of(), Optional.of(VIRTHOST), List.of(NODE_1), step)
                .play("control plane", List.of(MASTER), step)
                .playAfter("workers", List.of("control plane"), List.of(NODE_1), step)
                .play("beside", List.of(NODE_2), step);
        Plan plan = Plan.of(lab.playbook());
        List<Job> jobs = plan.jobs();
        assertThat(plan.mayAskAbout(MASTER, jobs.get(2))).isTrue();
        assertThat(plan.mayAskAbout(VIRTHOST, jobs.get(2))).isFalse();
        assertThat(plan.mayAskAbout(VIRTHOST, jobs.get(0))).isTrue();
        assertThat(plan.mayAskAbout(NODE_1, jobs.get(0))).isTrue();
        assertThat(plan.mayAskAbout(MASTER, jobs.get(3))).isFalse();
        assertThat(plan.mayAskAbout(TestLab.WORKSTATION, jobs.get(3))).isTrue();
    }
}
