package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection.Limited;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A long command and programs that are killed while they follow it. */
@Timeout(90)
final class DetachedCommandsIT {
    @TempDir Path directory = Path.of("");

    /** Runs a script as a long command and prints its lines. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            System.exit(run(arguments[0], new ArrayList<>()).exit());
        }

        static CommandResult run(String script, List<String> lines) {
            var host = new Host(Inventory.WORKSTATION, Set.of(), new Access.Local());
            try (var connections =
                    new HostConnections(
                            LocalUser.of(System.getenv()),
                            Questions.NOBODY,
                            Optional.empty(),
                            _ -> host)) {
                return connections
                        .to(host)
                        .run(
                                "it/killed program",
                                new Limited(Command.of("eval", script), Duration.ofSeconds(60)),
                                lines::add);
            }
        }
    }

    @Test
    void outlivesTheProgramThatStartedIt() throws Exception {
        Path trace = directory.resolve("trace");
        Path go = directory.resolve("go");
        String script =
                "echo begun; echo x >>'%s'; while [ ! -e '%s' ]; do sleep 0.05; done; echo done; exit 7"
                        .formatted(trace, go);
        for (int i = 0; i < 2; i++) {
            Process program = start(script);
            await(trace);
            program.destroyForcibly().waitFor();
        }
        assertThat(trace).hasContent("x");
        Process another = start(script);
        Files.createFile(go);
        var lines = new ArrayList<String>();
        CommandResult result = Program.run(script, lines);
        assertThat(result.exit()).isEqualTo(7);
        assertThat(lines).containsExactly("begun", "done");
        assertThat(another.waitFor()).isEqualTo(7);
    }

    private static Process start(String script) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void await(Path file) throws InterruptedException {
        for (int tries = 0; !Files.exists(file); tries++) {
            assertThat(tries).isLessThan(1000);
            Thread.sleep(20);
        }
    }
}
