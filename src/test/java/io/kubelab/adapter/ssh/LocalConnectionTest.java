package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Occupied;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The workstation, as whoever runs the test. */
@Timeout(60)
final class LocalConnectionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path directory = Path.of("");

    private static LocalUser me() {
        return LocalUser.of(System.getenv());
    }

    private final HostConnections connections =
            new HostConnections(
                    me(),
                    Questions.NOBODY,
                    Optional.empty(),
                    name -> {
                        throw new AssertionError(name);
                    });
    private final Host workstation =
            new Host(Inventory.WORKSTATION, Set.of(), new Host.Access.Local());
    private Connection connection = connections.to(workstation);

    @BeforeEach
    void connect() {
        connection = connections.to(workstation);
    }

    @AfterEach
    void close() {
        connections.close();
    }

    private CommandResult run(String identity, String script, List<String> lines) {
        return connection.run(identity, new Limited(Command.of("eval", script), LIMIT), lines::add);
    }

    private static Limited sh(String script) {
        return new Limited(Command.of("eval", script), LIMIT);
    }

    @Test
    void asksManyThingsInOneRoundTrip() {
        var results = connection.ask(List.of(sh("echo 1"), sh("echo 2"), sh("exit 3")));
        assertThat(results).extracting(CommandResult::exit).containsExactly(0, 0, 3);
        assertThat(connection.roundTrips()).isEqualTo(1);
    }

    @Test
    void endsLateCommandsByForceIfNeedBe() {
        var results =
                connection.ask(
                        List.of(
                                new Limited(
                                        Command.of(
                                                "eval",
                                                "trap '' TERM; sleep 40 & sleep 50; sleep 60"),
                                        Duration.ofMillis(300)),
                                sh("echo next")));
        assertThat(results.get(0).exit()).isEqualTo(124);
        assertThat(results.get(1).out()).isEqualTo("next\n");
    }

    @Test
    void aCommandThatKillsItsShellSpoilsNothingElse() {
        var results =
                connection.ask(List.of(sh("echo 1"), sh("kill -9 $$; sleep 1"), sh("echo 3")));
        assertThat(results).extracting(CommandResult::exit).containsExactly(0, 137, 0);
        assertThat(connection.change(sh("kill -9 $$; sleep 1")).exit()).isEqualTo(137);
        assertThat(connection.change(sh("echo alive")).out()).isEqualTo("alive\n");
    }

    @Test
    void factsDontWaitForChanges() throws Exception {
        Thread change = Thread.ofVirtual().start(() -> connection.change(sh("sleep 1")));
        long begin = System.nanoTime();
        connection.ask(List.of(sh("true")));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(700));
        change.join();
    }

    @Test
    void putsFilesWithTheirParentsAndMode() throws IOException {
        Path file = directory.resolve("a b/c'd/file");
        connection.put(
                file.toString(),
                new Content.Secret("s3cret\n"),
                new FileAttributes("0640", "root:root"));
        assertThat(file).hasContent("s3cret\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("a b"))))
                .isEqualTo("rwxr-xr-x");
        connection.put(
                file.toString(), new Content.Text("x".repeat(200_000)), FileAttributes.PUBLIC);
        assertThat(file).hasSize(200_000);
        try (var names = Files.list(file.getParent())) {
            assertThat(names).containsExactly(file);
        }
        assertThat(new String(connection.get(file.toString()))).startsWith("xxx").hasSize(200_000);
    }

    @Test
    void putsArtifactsAndVerifiesThem() throws Exception {
        Path artifact = directory.resolve("artifact");
        byte[] bytes = new byte[5_000_000];
        new java.util.Random(2).nextBytes(bytes);
        Files.write(artifact, bytes);
        String sum =
                HexFormat.of()
                        .formatHex(
                                java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        Path target = directory.resolve("bin/program");
        connection.put(
                target.toString(), new Content.Artifact(artifact, sum), FileAttributes.PROGRAM);
        assertThat(target).hasBinaryContent(bytes).isExecutable();
        assertThatThrownBy(() ->
                        connection.put(
                                target.toString(),
                                new Content.Artifact(artifact, "0".repeat(64)),
                                FileAttributes.PROGRAM))
                .isInstanceOf(CommandFailed.class);
        try (var names = Files.list(target.getParent())) {
            assertThat(names).containsExactly(target);
        }
    }

    @Test
    void tellsWhyAFileCantBeWrittenOrRead() {
        assertThatThrownBy(() ->
                        connection.put(
                                directory.toString(), new Content.Text("x"), FileAttributes.PUBLIC))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining(directory.toString());
        assertThatThrownBy(() -> connection.get(directory + "/nothing"))
                .isInstanceOf(CommandFailed.class);
    }

    @Test
    void streamsAFileIntoACommand() throws IOException {
        Path file = Files.writeString(directory.resolve("data"), "1\n2\n3\n");
        assertThat(connection.stream(file, new Limited(Command.of("wc", "-l"), LIMIT)))
                .isEqualTo(new CommandResult(0, "3\n", ""));
    }

    @Test
    void followsALongCommandLineByLine() {
        var lines = new ArrayList<String>();
        CommandResult result =
                run(
                        "test-follow",
                        "echo one; sleep 0.2; echo two >&2; printf three; exit 5",
                        lines);
        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(result).isEqualTo(new CommandResult(5, "one\ntwo\nthree", ""));
    }

    @Test
    void aLongCommandHasATimeLimit() {
        CommandResult result =
                connection.run(
                        "test-limit",
                        new Limited(
                                Command.of("eval", "echo begun; sleep 30"), Duration.ofSeconds(1)),
                        _ -> {});
        assertThat(result.exit()).isEqualTo(124);
        assertThat(result.out()).isEqualTo("begun\n");
    }

    @Test
    void aLongCommandGetsItsInputAndHidesIt() {
        CommandResult result =
                connection.run(
                        "test-input",
                        new Limited(
                                Command.of(
                                                "sh",
                                                "-c",
                                                "cat; env; cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                                        .withInput(new Content.Secret("hush\nhush")),
                                LIMIT),
                        _ -> {});
        assertThat(result.out()).startsWith("hush\nhush");
        assertThat(result.out().substring(9)).doesNotContain("hush\nhush");
    }

    @Test
    void whatAKilledKeeperLeftIsEndedBeforeItIsStartedAgain() throws Exception {
        Path pid = directory.resolve("pid");
        String script = "echo $$ >>'" + pid + "'; [ -e '" + directory + "/second' ] || sleep 60";
        var running =
                CompletableFuture.supplyAsync(() -> run("test-keeper", script, new ArrayList<>()));
        await(() -> Files.exists(pid));
        ProcessHandle keeper =
                ProcessHandle.allProcesses()
                        .filter(p -> commandLine(p).contains("# Keeps a detached command"))
                        .filter(p -> environment(p).contains("/test-keeper"))
                        .findFirst()
                        .orElseThrow();
        keeper.destroyForcibly();
        assertThat(running.join().exit()).isEqualTo(137);
        assertThat(running.join().err()).contains("killed");

        ProcessHandle orphan = orphan(pid);
        Files.createFile(directory.resolve("second"));
        assertThat(run("test-keeper", script, new ArrayList<>()).exit()).isZero();
        // not even a zombie has a command line; some inits reap late
        await(() -> commandLine(orphan).isEmpty());
    }

    private static ProcessHandle orphan(Path pid) throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(BooleanSupplier wanted) throws InterruptedException {
        for (int tries = 0; !wanted.getAsBoolean(); tries++) {
            assertThat(tries).isLessThan(1000);
            Thread.sleep(20);
        }
    }

    @Test
    void aResultThatNobodyReadAnswersOnlyWhoAskedBeforeItWasThere() throws Exception {
        Path trace = directory.resolve("trace");
        String script =
                "echo begun; echo x >>'"
                        + trace
                        + "'; sleep 0.3; echo ended >>'"
                        + trace
                        + "'; exit 3";
        var lines = new CompletableFuture<String>();
        var first = new HostConnections(me(), Questions.NOBODY, Optional.empty(), _ -> workstation);
        var running =
                CompletableFuture.runAsync(() ->
                        first.to(workstation)
                                .run(
                                        "test-stale",
                                        new Limited(Command.of("eval", script), LIMIT),
                                        lines::complete));
        lines.join();
        first.close();
        assertThatThrownBy(running::join).isNotNull();
        await(() -> contains(trace, "ended"));
        // asked for by a connection that was made long before: it is that question's answer
        assertThat(run("test-stale", script, new ArrayList<>()).exit()).isEqualTo(3);
        assertThat(trace).hasContent("x\nended");
    }

    @Test
    void anOldResultAnswersNobody() throws Exception {
        Path trace = directory.resolve("trace");
        var lines = new CompletableFuture<String>();
        var first = new HostConnections(me(), Questions.NOBODY, Optional.empty(), _ -> workstation);
        var running =
                CompletableFuture.runAsync(() ->
                        first.to(workstation)
                                .run(
                                        "test-old",
                                        sh(
                                                "echo begun; sleep 0.2; echo x >>'"
                                                        + trace
                                                        + "'; exit 3"),
                                        lines::complete));
        lines.join();
        first.close();
        assertThatThrownBy(running::join).isNotNull();
        Thread.sleep(2500);
        try (var later =
                new HostConnections(me(), Questions.NOBODY, Optional.empty(), _ -> workstation)) {
            assertThat(
                            later.to(workstation)
                                    .run("test-old", sh("echo y >>'" + trace + "'"), _ -> {})
                                    .ok())
                    .isTrue();
        }
        assertThat(trace).hasContent("x\ny");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void otherWorkOfTheSameNameIsWaitedFor() {
        Path trace = directory.resolve("trace");
        String one = "echo begun; sleep 0.7; echo one >>'" + trace + "'";
        String two = "echo two >>'" + trace + "'; exit 4";
        var lines = new CompletableFuture<String>();
        var running =
                CompletableFuture.supplyAsync(() ->
                        connection.run(
                                "test-name",
                                new Limited(Command.of("eval", one), LIMIT),
                                lines::complete));
        lines.join();
        assertThat(run("test-name", two, new ArrayList<>()).exit()).isEqualTo(4);
        assertThat(running.join().exit()).isZero();
        assertThat(trace).hasContent("one\ntwo");
    }

    @Test
    void workComesAndGoesBesideOther() {
        var lines =
                IntStream.range(0, 4)
                        .mapToObj(worker ->
                                CompletableFuture.supplyAsync(
                                        () -> {
                                            for (int i = 0; i < 30; i++) {
                                                run("test-" + worker, "true", new ArrayList<>());
                                            }
                                            return worker;
                                        },
                                        task -> Thread.ofVirtual().start(task)))
                        .toList();
        assertThat(lines).allSatisfy(line -> assertThat(line).succeedsWithin(LIMIT));
    }

    @Test
    void forwardsToAPort() throws Exception {
        try (var server =
                new java.net.ServerSocket(0, 5, java.net.InetAddress.getByName("127.0.0.1"))) {
            int port = connection.forward("127.0.0.1", server.getLocalPort());
            Thread.ofVirtual()
                    .start(() -> {
                        try (var client = server.accept()) {
                            client.getInputStream().transferTo(client.getOutputStream());
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            try (var socket = new java.net.Socket("127.0.0.1", port)) {
                socket.getOutputStream().write("echo".getBytes());
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo("echo".getBytes());
            }
        }
    }

    @Test
    void aLockHasOneHolderWhoIsNamedToOthers() throws IOException {
        String lock = directory.resolve("labs/mine.lock").toString();
        try (var others =
                new HostConnections(me(), Questions.NOBODY, Optional.empty(), _ -> workstation)) {
            Connection other = others.to(workstation);
            try (var _ = connection.lock(lock, "lab 'mine'", "alice since noon")) {
                assertThatThrownBy(() -> other.lock(lock, "lab 'mine'", "bob"))
                        .isInstanceOf(Occupied.class)
                        .hasMessage("lab 'mine' is being worked on: alice since noon");
            }
            assertThat(directory.resolve("labs")).isEmptyDirectory();
            other.lock(lock, "lab 'mine'", "bob").close();
        }
        assertThat(directory.resolve("labs")).isEmptyDirectory();
    }

    @Test
    void aLockThatCannotBeWrittenIsAFailureThatNamesThePath() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> connection.lock(file + "/lock", "lab 'mine'", "alice"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining(file + "/lock");
    }
}
