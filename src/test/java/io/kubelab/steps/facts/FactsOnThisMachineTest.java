package io.kubelab.steps.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.step.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the file facts, run by this machine's own sh and coreutils. */
class FactsOnThisMachineTest {
    @TempDir Path directory;

    @Test
    void aRegularFileHasModeAndDigest() throws Exception {
        Path file = directory.resolve("with space\nand line");
        Files.writeString(file, "grüß\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        FileState.Found found = ask(new FileState(file.toString()));

        assertThat(found)
                .isInstanceOfSatisfying(
                        FileState.Found.RegularFile.class,
                        regular -> {
                            assertThat(regular.mode()).isEqualTo("640");
                            assertThat(regular.sha256())
                                    .isEqualTo(new Content.Text("grüß\n").sha256());
                        });
    }

    @Test
    void nothingAndDirectoriesAndLinksAreToldApart() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("no where"));

        assertThat(ask(new FileState(directory + "/none")))
                .isInstanceOf(FileState.Found.Absent.class);
        assertThat(ask(new FileState(directory.toString())))
                .isInstanceOf(FileState.Found.Directory.class);
        assertThat(ask(new FileState(link.toString())))
                .isEqualTo(new FileState.Found.SymbolicLink("no where"));
        assertThat(ask(new FileState("/dev/null")))
                .isEqualTo(new FileState.Found.Other("character special file"));
    }

    @Test
    void manyAreAskedTogetherAsIfEachWereAskedAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path other = Files.writeString(directory.resolve("file -> none"), "y");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        List<FileState> all =
                Stream.of(directory + "/none", "" + file, "" + other, "" + directory, "" + link)
                        .map(FileState::new)
                        .toList();

        var together = new ArrayList<CommandResult>();
        for (Command command : all.getFirst().together(all)) {
            together.add(run(command));
        }

        for (FileState one : all) {
            assertThat(one.parse(one.part(together))).as(one.path()).isEqualTo(ask(one));
        }
    }

    @Test
    void aModificationTimeHasFractions() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThat(ask(new ModifiedAt(file.toString())))
                .contains(Files.getLastModifiedTime(file).toInstant());
        assertThat(ask(new ModifiedAt(directory + "/none"))).isEmpty();
    }

    private static <T> T ask(Fact.OfHost<T> fact) throws IOException, InterruptedException {
        return fact.parse(run(fact.command()));
    }

    private static CommandResult run(Command command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", command.script()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandResult(process.waitFor(), out, err);
    }
}
