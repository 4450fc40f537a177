package io.kubelab.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.SampleLab;
import io.kubelab.cases.Steps;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Ports;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Runner;
import io.kubelab.playbook.Playbook;
import io.kubelab.playbook.PlaybookLoader;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.step.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What kube-install's plays make of three control planes that come and go: one cluster, never two.
 */
final class ControlPlanesTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final List<String> PLAYS =
            List.of(
                    "Control plane",
                    "Lost control planes",
                    "Cluster takes machines in",
                    "Control planes");
    private static final List<String> THREE =
            List.of("kube-master", "kube-master-2", "kube-master-3");

    @TempDir Path directory;

    private final List<RunEvent> events = new ArrayList<>();
    private final FakeControlPlanes machines =
            new FakeControlPlanes(
                    Map.of(
                            "kube-master", "192.168.122.10",
                            "kube-master-2", "192.168.122.11",
                            "kube-master-3", "192.168.122.12"));
    private Lab lab = three(Path.of(""));

    @BeforeEach
    void inItsDirectory() {
        lab = three(directory);
    }

    private static Lab three(Path below) {
        return SampleLab.standing(
                PROJECT,
                below,
                "virtual_machines: [%s]"
                        .formatted(
                                THREE.stream()
                                        .map(name ->
                                                "{name: %s, node_type: %s}"
                                                        .formatted(
                                                                name,
                                                                name.equals("kube-master")
                                                                        ? "master"
                                                                        : "master_slave"))
                                        .collect(Collectors.joining(", "))));
    }

    @Test
    void threeBecomeOneCluster() throws IOException {
        converges();
        assertThat(machines.clustersEver()).isEqualTo(1);
        assertThat(machines.members()).containsExactlyElementsOf(THREE);
        changesNothing();
    }

    @Test
    void anyOneThatIsLostComesBackToTheSameCluster() throws IOException {
        converges();
        for (String lost : THREE) {
            machines.begins(lost);
            assertThat(run(RunEvent.Mode.PREVIEW).failures()).isEmpty();
            assertThat(machines.host(lost).at("/etc/kubernetes/admin.conf")).isEmpty();
            converges();
            assertThat(machines.clustersEver()).as("clusters after %s", lost).isEqualTo(1);
            assertThat(machines.members()).containsExactlyElementsOf(THREE);
            changesNothing();
        }
    }

    /** kubelab is killed before its first change, the next one before its second, and so on. */
    @Test
    void theFirstIsReplacedByKubelabsThatAreKilled() throws IOException, InterruptedException {
        converges();
        machines.begins("kube-master");
        var places = new ArrayList<String>();
        for (int changes = 0; changes < 100; changes++) {
            var mortal = new MortalRun(changes);
            try {
                RunOutcome outcome = run(RunEvent.Mode.APPLY, mortal);
                assertThat(outcome.defects()).isEmpty();
                assertThat(outcome.failures()).isEmpty();
            } catch (CompletionException e) {
                assertThat(e).hasRootCauseInstanceOf(MortalRun.Killed.class);
            }
            assertThat(machines.clustersEver()).as("after %s", places).isEqualTo(1);
            String place = mortal.awaitEnd();
            if (place.isEmpty()) {
                break;
            }
            places.add(place);
        }
        assertThat(places).hasSizeGreaterThan(10).hasSizeLessThan(100);
        assertThat(machines.members()).containsExactlyElementsOf(THREE);
        changesNothing();
    }

    @Test
    void noClusterIsMadeWhereOneMayBeOnAMachineThatDoesNotAnswer() throws IOException {
        converges();
        machines.begins("kube-master");
        machines.begins("kube-master-2");
        machines.falls("kube-master-3");
        assertThat(run(RunEvent.Mode.APPLY).ending()).isNotEqualTo(Ending.COMPLETE);
        assertThat(machines.clustersEver()).isEqualTo(1);
    }

    @Test
    void aClusterThatHasLostMostOfItselfIsNotMadeASecondTime() throws IOException {
        converges();
        machines.begins("kube-master");
        machines.begins("kube-master-2");
        assertThat(run(RunEvent.Mode.APPLY).ending()).isNotEqualTo(Ending.COMPLETE);
        assertThat(machines.clustersEver()).isEqualTo(1);
    }

    private void converges() throws IOException {
        RunOutcome outcome = run(RunEvent.Mode.APPLY);
        assertThat(outcome.defects()).isEmpty();
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).isNotEmpty();
    }

    private void changesNothing() throws IOException {
        RunOutcome outcome = run(RunEvent.Mode.APPLY);
        assertThat(outcome.defects()).isEmpty();
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).isEmpty();
    }

    private Stream<RunEvent> changed() {
        return events.stream()
                .filter(event ->
                        event instanceof RunEvent.StepDone done
                                && done.outcome() instanceof RunEvent.Outcome.Changed);
    }

    private RunOutcome run(RunEvent.Mode mode) throws IOException {
        events.clear();
        return run(mode, events::add);
    }

    private RunOutcome run(RunEvent.Mode mode, Reporter reporter) throws IOException {
        var world = new FakeWorld(Files.createTempDirectory(directory, "world"), "the_virthost");
        Ports others = world.ports(PROJECT);
        var ports =
                new Ports(
                        machines.connections(),
                        others.hypervisors(),
                        machines.clusters(),
                        others.images(),
                        others.releases(),
                        others.signingKeys(),
                        others.discs(),
                        new FreemarkerTemplates(PROJECT.resolve("templates")),
                        new SnakeDocuments());
        return new Runner(ports, lab, reporter, world.clock(), new Cancellation())
                .run(playbook(), mode);
    }

    /** The plays of kube-install that are about control planes, after one that prepares nothing. */
    private Playbook playbook() throws IOException {
        String shipped = Files.readString(PROJECT.resolve("playbooks-equivalent/kube-install.yml"));
        String plays =
                Arrays.stream(shipped.split("\n(?=- play: )"))
                        .filter(play ->
                                PLAYS.contains(
                                        play.lines()
                                                .findFirst()
                                                .orElseThrow()
                                                .replace("- play: ", "")))
                        .map(play -> play.replace(", Load balancers]", "]"))
                        .collect(Collectors.joining("\n"));
        Path file = directory.resolve("control-planes.yml");
        Files.writeString(
                file,
                """
                - play: Control planes are prepared
                  hosts: master:master_slave
                  steps:
                  - file: {path: /etc/prepared, content: "yes"}
                """
                        + plays);
        return new PlaybookLoader(new SnakeDocuments(), new Vocabulary(Steps.all()))
                .load(file, lab);
    }
}
