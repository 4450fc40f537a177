package io.kubelab.engine;

import static io.kubelab.engine.TestLab.WORKSTATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.ssh.HostConnections;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.Questions;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Steps.FileThere;
import io.kubelab.engine.Steps.Made;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine with real shells, on this machine. */
@Timeout(60)
class RunnerIT {
    private final TestLab lab = new TestLab();
    private @TempDir Path directory;
    private HostConnections connections = connect();

    private static HostConnections connect() {
        return new HostConnections(
                LocalUser.of(System.getenv()),
                Questions.NOBODY,
                Optional.empty(),
                name -> {
                    throw new IllegalArgumentException(name);
                });
    }

    @AfterEach
    void close() {
        connections.close();
    }

    private RunOutcome apply() {
        lab.events.clear();
        Reporter reporter =
                event -> {
                    lab.events.add(event);
                    lab.listener.report(event);
                };
        return new Runner(ports(), lab.lab(), reporter, Clock.system(), lab.cancellation)
                .run(lab.playbook(), Mode.APPLY);
    }

    private int roundTrips() {
        return ((RunEvent.RunFinished) lab.events.getLast())
                .roundTrips()
                .getOrDefault(WORKSTATION.name(), 0);
    }

    @Test
    void aSecondRunOfManyStepsIsOneRoundTrip() {
        lab.play(
                "files",
                List.of(WORKSTATION),
                IntStream.range(0, 40)
                        .mapToObj(i -> new FileThere(directory.resolve("it's " + i).toString()))
                        .toArray(Step[]::new));
        assertThat(apply().changed()).isEqualTo(40);
        assertThat(directory.resolve("it's 39")).exists();
        assertThat(apply().changed()).isZero();
        assertThat(roundTrips()).isEqualTo(1);
    }

    @Test
    void whatIsRemovedIsGoneAndWhatIsMountedStays() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/x")).getParent();
        var effects = new Effects(new Peers(ports(), lab.lab(), RunEvent.Mode.APPLY));
        effects.apply(new Change.Remove(tree.toString()), WORKSTATION, _ -> {}).join();
        assertThat(tree).doesNotExist();
        assertThat(
                        effects.apply(new Change.Remove("/proc"), WORKSTATION, _ -> {})
                                .handle((_, failure) -> String.valueOf(failure))
                                .join())
                .contains("CommandFailed");
    }

    private Ports ports() {
        Ports fakes = lab.ports();
        return new Ports(
                connections,
                fakes.hypervisors(),
                fakes.clusters(),
                fakes.images(),
                fakes.releases(),
                fakes.signingKeys(),
                fakes.discs(),
                fakes.templates(),
                fakes.documents());
    }

    @Test
    void aLongCommandThatWasLeftIsFoundAgainAndNotStartedTwice() throws IOException {
        Path log = directory.resolve("log");
        Path done = directory.resolve("done");
        var build =
                Command.of("sh", "-c", "echo begun | tee -a \"$LOG\"; sleep 2; touch \"$DONE\"")
                        .withEnvironment(
                                java.util.Map.of("LOG", log.toString(), "DONE", done.toString()));
        lab.play(
                "build",
                List.of(WORKSTATION),
                new Made(
                        done.toString(),
                        new Change.RunLong(
                                "runner-it-" + directory.getFileName(),
                                build,
                                Duration.ofSeconds(30),
                                "See why.")));
        lab.listener =
                event -> {
                    if (event instanceof RunEvent.Output) {
                        lab.cancellation.request();
                        lab.cancellation.request();
                    }
                };
        RunOutcome left = apply();
        assertThat(left.failures()).isEmpty();
        assertThat(left.defects()).isEmpty();
        assertThat(left.ending()).isEqualTo(Ending.STOPPED);
        assertThat(done).doesNotExist();
        connections.close();

        connections = connect();
        lab.cancellation = new Cancellation();
        lab.listener = _ -> {};
        assertThat(apply().ending()).isEqualTo(Ending.COMPLETE);
        assertThat(done).exists();
        assertThat(Files.readAllLines(log)).containsExactly("begun");
    }
}
