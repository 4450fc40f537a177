package io.kubelab.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.SampleLab;
import io.kubelab.cases.Steps;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent.Mode;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The play that puts the image on the virthost, in a world of fakes: what is said of all shipped
 * playbooks holds for it.
 */
final class BaseImageTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir Path directory;

    @Test
    void convergesFromWhereverItWasKilled() throws Exception {
        for (int changes = 0; changes < 3; changes++) {
            var world = new FakeWorld(directory.resolve("world" + changes), "the_virthost");
            var before = world.state();
            assertThat(run(world, Mode.PREVIEW, _ -> {}).ending()).isEqualTo(Ending.COMPLETE);
            assertThat(world.state()).isEqualTo(before);

            var mortal = new MortalRun(changes);
            assertThatThrownBy(() -> run(world, Mode.APPLY, mortal))
                    .hasRootCauseInstanceOf(MortalRun.Killed.class);
            assertThat(mortal.awaitEnd()).isNotEmpty();

            RunOutcome next = run(world, Mode.APPLY, _ -> {});
            assertThat(next.failures()).isEmpty();
            assertThat(next.defects()).isEmpty();
            assertThat(next.changed()).isPositive();
            RunOutcome second = run(world, Mode.APPLY, _ -> {});
            assertThat(second.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(second.changed()).isZero();
        }
    }

    private RunOutcome run(FakeWorld world, Mode mode, Reporter reporter) throws IOException {
        Lab lab = SampleLab.standing(PROJECT, directory);
        Path file =
                Files.writeString(
                        directory.resolve("image.yml"),
                        """
                        - play: Base image
                          hosts: virthost
                          steps:
                          - package: {names: [curl]}
                          - base_image
                        """);
        Playbook playbook =
                new PlaybookLoader(new SnakeDocuments(), new Vocabulary(Steps.all()))
                        .load(file, lab);
        return new Runner(world.ports(PROJECT), lab, reporter, world.clock(), new Cancellation())
                .run(playbook, mode);
    }
}
