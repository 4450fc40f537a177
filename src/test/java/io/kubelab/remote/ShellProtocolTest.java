package io.kubelab.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.ShellProtocol.Answer;
import io.kubelab.remote.ShellProtocol.Begun;
import io.kubelab.remote.ShellProtocol.ShellEnded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ShellProtocolTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endShells() {
        processes.forEach(Process::destroyForcibly);
    }

    private Shell start(String... argv) throws IOException {
        Process process =
                new ProcessBuilder(argv.length == 0 ? new String[] {"/bin/sh"} : argv).start();
        processes.add(process);
        return new Shell() {
            @Override
            public OutputStream input() {
                return process.getOutputStream();
            }

            @Override
            public InputStream output() {
                return process.getInputStream();
            }

            @Override
            public InputStream errors() {
                return process.getErrorStream();
            }

            @Override
            public OptionalInt exit() {
                try {
                    return process.waitFor(1, TimeUnit.SECONDS)
                            ? OptionalInt.of(process.exitValue())
                            : OptionalInt.empty();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void close() {
                try {
                    process.getOutputStream().close();
                } catch (IOException e) {
                    // gone
                }
            }
        };
    }

    private ShellProtocol protocol(String... argv) throws IOException {
        return new ShellProtocol(
                start(argv),
                new ShellProtocol.Control() {
                    @Override
                    public void awaitLink() {}

                    @Override
                    public void endDescendants(long ancestor) {
                        ProcessHandle.of(ancestor)
                                .ifPresent(p ->
                                        p.descendants().forEach(ProcessHandle::destroyForcibly));
                    }
                });
    }

    private static Limited sh(String script) {
        return new Limited(Command.of("eval", script), LIMIT);
    }

    private static CommandResult one(ShellProtocol shell, Limited command) throws IOException {
        return shell.ask(command).text();
    }

    @Test
    void keepsTheStreamsAndTheStatusApart() throws IOException {
        try (var shell = protocol()) {
            assertThat(one(shell, sh("echo out; echo err >&2; exit 3")))
                    .isEqualTo(new CommandResult(3, "out\n", "err\n"));
        }
    }

    @Test
    void addsNothingToOutputThatEndsWithoutNewline() throws IOException {
        try (var shell = protocol()) {
            assertThat(one(shell, sh("printf x; printf y >&2")))
                    .isEqualTo(new CommandResult(0, "x", "y"));
            assertThat(one(shell, sh(":"))).isEqualTo(new CommandResult(0, "", ""));
        }
    }

    @Test
    void answersManyCommandsInOrder() throws Exception {
        try (var shell = protocol()) {
            var commands = new ArrayList<Limited>();
            for (int i = 0; i < 300; i++) {
                commands.add(sh("echo " + i));
            }
            List<CompletableFuture<Answer>> answers = shell.ask(commands);
            for (int i = 0; i < 300; i++) {
                assertThat(answers.get(i).get().text().out()).isEqualTo(i + "\n");
            }
        }
    }

    @Test
    void servesManyThreads() throws Exception {
        try (var shell = protocol();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 50; i++) {
                String word = "word" + i;
                all.add(
                        CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        return one(shell, sh("echo " + word)).out();
                                    } catch (IOException e) {
                                        throw new AssertionError(e);
                                    }
                                },
                                threads));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(all.get(i).get()).isEqualTo("word" + i + "\n");
            }
        }
    }

    @Test
    void feedsTextAndSecretsWithoutAnArgument() throws IOException {
        String text = "a'b\"c$d`e\\f\n\n  ünïcödé āĂ\u0081 €\nlast line without newline";
        try (var shell = protocol()) {
            assertThat(
                            one(
                                    shell,
                                    new Limited(
                                            Command.of("cat").withInput(new Content.Secret(text)),
                                            LIMIT)))
                    .isEqualTo(new CommandResult(0, text, ""));
            // a program of its own, so that it has an argument vector to look into
            Command looks =
                    Command.of(
                                    "sh",
                                    "-c",
                                    "cat >/dev/null; tr '\\0' ' ' </proc/$PPID/cmdline; tr '\\0' ' ' </proc/$$/cmdline; env")
                            .withInput(new Content.Secret("hushhush"));
            assertThat(one(shell, new Limited(looks, LIMIT)).out())
                    .contains("cat >/dev/null")
                    .doesNotContain("hushhush");
        }
    }

    @Test
    void passesEveryCharacterThroughUnharmed() throws IOException {
        var every = new StringBuilder();
        for (char c = 1; c < 0x800; c++) {
            every.append(c);
        }
        try (var shell = protocol()) {
            String text = every.toString();
            assertThat(
                            one(
                                            shell,
                                            new Limited(
                                                    Command.of("cat")
                                                            .withInput(new Content.Text(text)),
                                                    LIMIT))
                                    .out())
                    .isEqualTo(text);
            assertThat(one(shell, new Limited(Command.of("printf", "%s", text), LIMIT)).out())
                    .isEqualTo(text);
        }
    }

    @Test
    void refusesNul() throws IOException {
        try (var shell = protocol()) {
            assertThatThrownBy(() -> shell.ask(new Limited(Command.of("echo", "a\0b"), LIMIT)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NUL");
        }
    }

    @Test
    void commandsDontEatWhatFollows() throws Exception {
        try (var shell = protocol()) {
            var answers = shell.ask(List.of(sh("cat; read x; echo $x"), sh("echo still here")));
            assertThat(answers.get(0).get().text()).isEqualTo(new CommandResult(0, "\n", ""));
            assertThat(answers.get(1).get().text().out()).isEqualTo("still here\n");
        }
    }

    @Test
    void inputThatIsNotReadIsHarmless() throws Exception {
        try (var shell = protocol()) {
            var unread =
                    new Limited(
                            Command.of("true").withInput(new Content.Text("x".repeat(300_000))),
                            LIMIT);
            assertThat(one(shell, unread).exit()).isZero();
            assertThat(one(shell, sh("echo next")).out()).isEqualTo("next\n");
        }
    }

    @Test
    void survivesSyntaxErrorsAndExits() throws Exception {
        try (var shell = protocol()) {
            var answers =
                    shell.ask(
                            List.of(
                                    sh("echo ("),
                                    sh("if"),
                                    sh("exit 9"),
                                    sh("set -e; false; echo no"),
                                    sh("echo fine")));
            assertThat(answers.get(0).get().exit()).isEqualTo(2);
            assertThat(answers.get(1).get().exit()).isEqualTo(2);
            assertThat(answers.get(2).get().exit()).isEqualTo(9);
            assertThat(answers.get(3).get().text()).isEqualTo(new CommandResult(1, "", ""));
            assertThat(answers.get(4).get().text().out()).isEqualTo("fine\n");
        }
    }

    @Test
    void oneCommandLeavesNothingToTheNext() throws Exception {
        try (var shell = protocol()) {
            one(
                    shell,
                    new Limited(
                            Command.of("eval", "x=1; umask 0")
                                    .in("/")
                                    .withEnvironment(Map.of("KEPT", "no")),
                            LIMIT));
            assertThat(one(shell, sh("echo $x$KEPT $(umask) $LC_ALL")).out()).isEqualTo("0022 C\n");
        }
    }

    @Test
    void tellsAMissingProgram() throws IOException {
        try (var shell = protocol()) {
            assertThat(one(shell, new Limited(Command.of("no-such-program"), LIMIT)).exit())
                    .isEqualTo(127);
        }
    }

    @Test
    void holdsLargeOutput() throws IOException {
        try (var shell = protocol()) {
            CommandResult result =
                    one(
                            shell,
                            sh(
                                    "head -c 20000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2"));
            assertThat(result.out()).hasSize(20_000_000);
            assertThat(result.err()).hasSize(300_000);
        }
    }

    @Test
    void endsWhatIsLateAndGoesOn() throws Exception {
        try (var shell = protocol()) {
            long begin = System.nanoTime();
            var answers =
                    shell.ask(
                            List.of(
                                    new Limited(
                                            Command.of("eval", "echo begun; sleep 30; echo no"),
                                            Duration.ofMillis(300)),
                                    new Limited(Command.of("echo", "next"), Duration.ofMillis(300)),
                                    new Limited(Command.of("sleep", "0.2"), Duration.ofMillis(900)),
                                    new Limited(
                                            Command.of("echo", "last"), Duration.ofMillis(300))));
            assertThat(answers.get(0).get().text().exit()).isEqualTo(124);
            assertThat(answers.get(0).get().text().out()).isEqualTo("begun\n");
            assertThat(answers.get(1).get().text().out()).isEqualTo("next\n");
            assertThat(answers.get(2).get().exit()).isZero();
            assertThat(answers.get(3).get().exit()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void tellsWhoseCommandEndedTheShell() throws Exception {
        try (var shell = protocol()) {
            var answers =
                    shell.ask(
                            List.of(
                                    sh("echo one"),
                                    sh("echo partial; kill -9 $$; sleep 1"),
                                    sh("echo three")));
            assertThat(answers.get(0).get().text().out()).isEqualTo("one\n");
            assertThat(answers.get(1)).isCompletedExceptionally();
            assertThatThrownBy(() -> answers.get(1).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            ShellEnded.class,
                            e -> {
                                assertThat(e.begun()).isEqualTo(Begun.YES);
                                assertThat(e.partial().text().out()).isEqualTo("partial\n");
                            });
            assertThatThrownBy(() -> answers.get(2).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            ShellEnded.class, e -> assertThat(e.begun()).isEqualTo(Begun.NO));
            assertThat(shell.exit()).hasValue(137);
            assertThatThrownBy(() -> one(shell, sh("echo four"))).isInstanceOf(ShellEnded.class);
        }
    }

    @Test
    void streamsIntoACommand() throws IOException {
        byte[] bytes = new byte[3_000_000];
        new java.util.Random(1).nextBytes(bytes);
        try (var shell = protocol()) {
            Answer answer =
                    shell.feed(
                            new ByteArrayInputStream(bytes), new Limited(Command.of("cat"), LIMIT));
            assertThat(answer.exit()).isZero();
            assertThat(answer.out()).isEqualTo(bytes);
        }
    }

    @Test
    void aStreamThatIsRefusedTellsWhy() throws IOException {
        try (var shell = protocol()) {
            Answer answer =
                    shell.feed(
                            new ByteArrayInputStream(new byte[3_000_000]),
                            sh("echo no room >&2; exit 4"));
            assertThat(answer.text()).isEqualTo(new CommandResult(4, "", "no room\n"));
        }
    }

    @Test
    void whatIsLeftOfAStreamIsNeverRun(@TempDir Path directory) throws Exception {
        Path trace = directory.resolve("trace");
        byte[] bytes = ("\ntouch '" + trace + "'\n").repeat(50_000).getBytes(UTF_8);
        try (var shell = protocol()) {
            assertThat(shell.feed(new ByteArrayInputStream(bytes), sh("exit 5")).exit())
                    .isEqualTo(5);
            assertThat(shell.exit()).isPresent();
        }
        assertThat(trace).doesNotExist();
    }

    @Test
    void becomesAnotherProgram() throws IOException {
        try (Shell cat = ShellProtocol.become(start(), Command.of("cat"))) {
            cat.input().write("hello".getBytes(UTF_8));
            cat.input().flush();
            assertThat(cat.output().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
            cat.input().close();
            assertThat(cat.output().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> ShellProtocol.become(start("/bin/false"), Command.of("cat")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void worksWithBashAsWell() throws IOException {
        try (var shell = protocol("/bin/bash", "--posix")) {
            assertThat(
                            one(
                                    shell,
                                    new Limited(
                                            Command.of("cat").withInput(new Content.Text("ā\n")),
                                            LIMIT)))
                    .isEqualTo(new CommandResult(0, "ā\n", ""));
            assertThat(one(shell, sh("echo ("))).extracting(CommandResult::ok).isEqualTo(false);
            assertThat(one(shell, sh("echo fine")).out()).isEqualTo("fine\n");
        }
    }
}
