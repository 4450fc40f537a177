package io.kubelab.steps.general;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageTest {
    /** Fails, as apt-get does with the package lists, if another one is at it. */
    private static final String APT_GET =
            """
            #!/bin/sh
            mkdir %1$s/busy || exit 100
            sleep 0.1
            rmdir %1$s/busy
            """;

    @Test
    void whoInstallsAtTheSameTimeWaits(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path program = directory.resolve("apt-get");
        Files.writeString(program, APT_GET.formatted(directory));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var running = new ArrayList<Process>();
        for (String name : List.of("tcpdump", "dnsutils", "gcc")) {
            var change =
                    (Change.RunLong)
                            new MissingPackages(Packaging.APT, List.of(name)).installation();
            var builder = new ProcessBuilder("sh", "-c", change.command().script());
            builder.environment().merge("PATH", directory + ":", (old, front) -> front + old);
            running.add(builder.inheritIO().start());
        }
        for (Process process : running) {
            assertThat(process.waitFor()).isZero();
        }
    }
}
