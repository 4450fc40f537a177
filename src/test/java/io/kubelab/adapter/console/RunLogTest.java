package io.kubelab.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.engine.RunEvent;
import io.kubelab.inventory.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    private static final Instant START = Instant.parse("2026-11-24T02:20:39.123Z");

    @TempDir Path directory;

    @Test
    void everyLineHasItsTimeAndOnlyTheOwnerReadsIt() throws IOException {
        Host host = new Host("node", Set.of(), new Host.Access.Local());
        Path file;
        try (RunLog log = RunLog.begin(logs(), "up", InstantSource.fixed(START))) {
            log.report(new RunEvent.Output("Play", host, "step", "\u001b[1mcompiling"));
            log.defect(new IllegalStateException("oops"));
            file = log.file();
        }
        assertThat(file.getFileName()).hasToString("20261124T022039.123-up.log");
        assertThat(Files.readString(file))
                .containsPattern("(?m)^02:20:39\\.123 .*node.*\\| compiling$")
                .contains("IllegalStateException: oops", "\tat ");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(logs())).isEqualTo("rwx------");
    }

    @Test
    void theLastThirtyAreKept() throws IOException {
        assertThat(RunLog.latest(logs())).isEmpty();
        for (int i = 0; i < 35; i++) {
            RunLog.begin(logs(), "up", InstantSource.fixed(START.plusSeconds(i))).close();
        }
        try (var files = Files.list(logs())) {
            assertThat(files).hasSize(30);
        }
        assertThat(RunLog.latest(logs()).orElseThrow().getFileName())
                .hasToString("20261124T022113.123-up.log");
    }

    private Path logs() {
        return directory.resolve("logs/lab");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
