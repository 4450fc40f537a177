package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class LockScriptTest {
    @TempDir private Path directory;

    /** A shell that wants the lock, and what it has answered. */
    private record Wanting(Process shell, String answer) implements AutoCloseable {
        static Wanting of(Path lock, String holder) throws IOException {
            Process shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
            String program =
                    "path='%s'\nholder=%s\npatience=60\n%s\n"
                            .formatted(lock, holder, Command.of("eval", Scripts.LOCK).script());
            shell.getOutputStream().write(program.getBytes(UTF_8));
            shell.getOutputStream().flush();
            var answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8));
            return new Wanting(shell, answers.readLine());
        }

        void beat() throws IOException {
            shell.getOutputStream().write('\n');
            shell.getOutputStream().flush();
        }

        @Override
        public void close() throws IOException {
            shell.getOutputStream().close();
            shell.onExit().join();
        }
    }

    @Test
    void aLockIsHeldBeyondItsFirstBeats() throws IOException {
        Path lock = directory.resolve("lab.lock");
        try (Wanting first = Wanting.of(lock, "alice")) {
            assertThat(first.answer()).isEqualTo("held");
            for (int beats = 0; beats < 3; beats++) {
                first.beat();
                // who comes second waits for a moment, in which the beat has been heard
                try (Wanting second = Wanting.of(lock, "bob")) {
                    assertThat(second.answer()).isEqualTo("busy alice");
                }
            }
        }
        assertThat(lock).doesNotExist();
    }
}
