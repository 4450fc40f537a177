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
    void whatADpkgBeganThatWasCutOffIsEndedFirst(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path journal = Files.createFile(directory.resolve("0001"));
        program(directory, "dpkg", "#!/bin/sh\nrm %s\n".formatted(journal));
        program(directory, "apt-get", "#!/bin/sh\n! [ -e %s ]\n".formatted(journal));
        assertThat(install(directory, "tcpdump").waitFor()).isZero();
        assertThat(journal).doesNotExist();
        // with nothing to end, or another one at it, dpkg's status is not what counts
        assertThat(install(directory, "tcpdump").waitFor()).isZero();
    }

    private static void program(Path directory, String name, String text) throws IOException {
        Path program = directory.resolve(name);
        Files.writeString(program, text);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private static Process install(Path directory, String name) throws IOException {
        var change =
                (Change.RunLong) new MissingPackages(Packaging.APT, List.of(name)).installation();
        var builder = new ProcessBuilder("sh", "-c", change.command().script());
        builder.environment().merge("PATH", directory + ":", (old, front) -> front + old);
        return builder.inheritIO().start();
    }

    @Test
    void whoInstallsAtTheSameTimeWaits(@TempDir Path directory)
            throws IOException, InterruptedException {
        program(directory, "apt-get", APT_GET.formatted(directory));
        program(directory, "dpkg", "#!/bin/sh\n");
        var running = new ArrayList<Process>();
        for (String name : List.of("tcpdump", "dnsutils", "gcc")) {
            running.add(install(directory, name));
        }
        for (Process process : running) {
            assertThat(process.waitFor()).isZero();
        }
    }
}
