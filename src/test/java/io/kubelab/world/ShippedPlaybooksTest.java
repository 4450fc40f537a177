package io.kubelab.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.SampleLab;
import io.kubelab.cases.Steps;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Runner;
import io.kubelab.playbook.Playbook;
import io.kubelab.playbook.PlaybookLoader;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.remote.Command;
import io.kubelab.step.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every shipped playbook on a world of fakes: the first run converges, the second changes nothing,
 * a preview touches nothing, and what was undone by hand is put back.
 */
final class ShippedPlaybooksTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir Path directory;

    private final List<RunEvent> events = new ArrayList<>();

    @Test
    void bundle() throws IOException {
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        previewTouchesNothing(world, "bundle");
        converges(world, "bundle");
        changesNothing(world, "bundle");
    }

    @Test
    void virthostSetupToDown() throws IOException {
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        previewTouchesNothing(world, "virthost-setup");
        converges(world, "virthost-setup");
        changesNothing(world, "virthost-setup");

        world.hypervisor().stop("kube-node-1");
        world.hypervisor().removeNetwork("kubelab-the_virthost");
        FakeHost virthost = world.host("the_virthost");
        virthost.run(Command.of("kill", "815"));
        virthost.remove("/var/lib/kubelab/labs/the_virthost/machines/kube-master/root/etc/hosts");
        Files.delete(directory.resolve("state/known_hosts"));
        converges(world, "virthost-setup");
        assertThat(changed().stream().map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1")))
                .containsExactlyInAnyOrder(
                        "the_virthost: libvirt is running",
                        "the_virthost: the lab has a network",
                        "localhost: the lab's known_hosts file holds its machines' keys",
                        "kube-master: the machine has the files that it boots with",
                        "kube-node-1: the machine has the files that it boots with",
                        "kube-node-1: the machine is running");
        changesNothing(world, "virthost-setup");

        converges(world, "vm-teardown");
        changesNothing(world, "vm-teardown");
        converges(world, "down");
        changesNothing(world, "down");
    }

    private void converges(FakeWorld world, String playbook) {
        RunOutcome outcome = run(world, playbook, RunEvent.Mode.APPLY);
        assertThat(outcome.defects()).as("defects in %s", playbook).isEmpty();
        assertThat(outcome.failures()).as("failures in %s", playbook).isEmpty();
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).as("changes by %s", playbook).isNotEmpty();
    }

    private void changesNothing(FakeWorld world, String playbook) throws IOException {
        var before = state(world);
        RunOutcome outcome = run(world, playbook, RunEvent.Mode.APPLY);
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).as("changes by the second run of %s", playbook).isEmpty();
        assertThat(state(world)).isEqualTo(before);
    }

    private void previewTouchesNothing(FakeWorld world, String playbook) throws IOException {
        var before = state(world);
        RunOutcome outcome = run(world, playbook, RunEvent.Mode.PREVIEW);
        assertThat(outcome.defects()).as("defects in the preview of %s", playbook).isEmpty();
        assertThat(outcome.failures()).as("failures in the preview of %s", playbook).isEmpty();
        assertThat(state(world)).isEqualTo(before);
    }

    private RunOutcome run(FakeWorld world, String playbook, RunEvent.Mode mode) {
        events.clear();
        Lab lab = SampleLab.standing(PROJECT, directory);
        Playbook loaded =
                new PlaybookLoader(new SnakeDocuments(), new Vocabulary(Steps.all()))
                        .load(PROJECT.resolve("playbooks-equivalent/" + playbook + ".yml"), lab);
        return new Runner(world.ports(PROJECT), lab, events::add, world.clock(), new Cancellation())
                .run(loaded, mode);
    }

    /** "host: step: change" of the last run. */
    private List<String> changed() {
        var lines = new ArrayList<String>();
        for (RunEvent event : events) {
            if (event instanceof RunEvent.StepDone done
                    && done.outcome() instanceof RunEvent.Outcome.Changed(var changes)) {
                changes.forEach(
                        c -> lines.add(done.host() + ": " + done.title() + ": " + c.shown()));
            }
        }
        return lines;
    }

    /** All that can be told of the world and of the workstation's files. */
    private TreeMap<String, String> state(FakeWorld world) throws IOException {
        var state = new TreeMap<String, String>();
        state.put("changes", world.changes().toString());
        for (String place : List.of("cache", "state", "keys")) {
            Path tree = Files.createDirectories(directory.resolve(place));
            try (var files = Files.walk(tree)) {
                for (Path file : files.toList()) {
                    state.put(
                            file.toString(),
                            Files.isRegularFile(file)
                                    ? Files.getLastModifiedTime(file) + " " + Files.size(file)
                                    : "");
                }
            }
        }
        return state;
    }
}
