package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.console.Signals;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program of its own under a real pseudo-terminal, which script(1) makes. */
@Timeout(90)
final class TerminalIT {
    @TempDir Path directory = Path.of("");

    private @Nullable SshServer server;
    private final List<Process> processes = new ArrayList<>();
    private final StringBuilder screen = new StringBuilder();

    @BeforeEach
    void startServer() throws Exception {
        server = new SshServer(directory.resolve("sshd"));
        Path key = SshServer.generateKey(directory.resolve("key"), "ed25519", "");
        server.authorize(key);
        Path ssh = Files.createDirectories(directory.resolve(".ssh"));
        Files.writeString(ssh.resolve("known_hosts"), server.knownHost());
        Files.copy(key, ssh.resolve("id_ed25519"));
    }

    @AfterEach
    void stop() throws Exception {
        processes.forEach(p -> p.descendants().forEach(ProcessHandle::destroyForcibly));
        processes.forEach(Process::destroyForcibly);
        if (server != null) {
            server.close();
        }
    }

    /** What {@code kubelab ssh} does, in a process of its own. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            LocalUser me = LocalUser.of(System.getenv());
            Host host =
                    new Host(
                            "host",
                            Set.of(),
                            "local".equals(arguments[0])
                                    ? new Access.Local()
                                    : new Access.Ssh(
                                            "127.0.0.1",
                                            Integer.parseInt(arguments[0]),
                                            SshServer.USER,
                                            "",
                                            "",
                                            ""));
            int status;
            try (var connections =
                    new HostConnections(
                            me,
                            Questions.NOBODY,
                            Optional.empty(),
                            name -> {
                                throw new IllegalStateException(name);
                            })) {
                status =
                        new Terminal(
                                        connections,
                                        me,
                                        new FileInputStream(FileDescriptor.in),
                                        new FileOutputStream(FileDescriptor.out),
                                        new FileOutputStream(FileDescriptor.err),
                                        Signals::on)
                                .at(host, Arrays.asList(arguments).subList(1, arguments.length));
            }
            System.exit(status);
        }
    }

    private List<String> argv(String... arguments) {
        var argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName()));
        argv.addAll(List.of(arguments));
        return argv;
    }

    private String port() {
        return Integer.toString(server == null ? 0 : server.port());
    }

    private Process start(List<String> argv) throws IOException {
        var builder = new ProcessBuilder(argv);
        builder.environment()
                .putAll(
                        Map.of(
                                "HOME",
                                directory.toString(),
                                "TERM",
                                "vt220",
                                "SHELL",
                                "/bin/sh",
                                "PS1",
                                "> "));
        builder.environment().remove("SSH_AUTH_SOCK");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** On a terminal of 40 rows and 100 columns, whose name it prints first. */
    private Process onTerminal(String... arguments) throws IOException {
        String command =
                argv(arguments).stream()
                        .map(io.kubelab.remote.Command::quote)
                        .collect(Collectors.joining(" "));
        Process script =
                start(
                        List.of(
                                "script",
                                "-qefc",
                                "stty rows 40 cols 100; tty; stty -g; "
                                        + command
                                        + "; s=$?; stty -g; exit $s",
                                "/dev/null"));
        Thread.ofPlatform().daemon().start(() -> read(script.getInputStream()));
        return script;
    }

    private void read(InputStream stream) {
        byte[] bytes = new byte[4096];
        try {
            for (int n = stream.read(bytes); n >= 0; n = stream.read(bytes)) {
                synchronized (screen) {
                    screen.append(new String(bytes, 0, n, UTF_8));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private String screen() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    private void await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!screen().contains(text)) {
            assertThat(System.nanoTime())
                    .as("waiting for '%s' in:%n%s", text, screen())
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** As {@code stty -g} prints it before and after. */
    private void terminalIsAsItWas() {
        List<String> modes =
                Pattern.compile("([0-9a-f]+:){20,}[0-9a-f]+")
                        .matcher(screen())
                        .results()
                        .map(MatchResult::group)
                        .toList();
        assertThat(modes).hasSize(2);
        assertThat(modes.get(1)).isEqualTo(modes.get(0));
    }

    private static void type(Process process, String keys) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write(keys.getBytes(UTF_8));
        keyboard.flush();
    }

    @Test
    void isAtTheHostWithATerminalOfItsOwn() throws Exception {
        Process person = onTerminal(port());
        await("/dev/pts/");
        String pts = screen().lines().findFirst().orElseThrow().strip();
        type(person, "stty size; echo term=$TERM\n");
        await("40 100");
        await("term=vt220");

        assertThat(
                        new ProcessBuilder("stty", "-F", pts, "rows", "55", "cols", "133")
                                .start()
                                .waitFor())
                .isZero();
        Thread.sleep(500);
        type(person, "stty size\n");
        await("55 133");

        type(person, "sh -c 'echo sle\"\"eping; exec sleep 50'; echo no''t reached\n");
        await("sleeping");
        type(person, "\u0003");
        type(person, "echo in''terrupted\n");
        await("interrupted");
        assertThat(screen()).doesNotContain("not reached");

        type(person, "exit 7\n");
        assertThat(person.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(person.exitValue()).isEqualTo(7);
        terminalIsAsItWas();
    }

    @Test
    void restoresTheTerminalWhenItIsTerminated() throws Exception {
        Process person = onTerminal(port());
        type(person, "echo he''re\n");
        await("here");
        ProcessHandle program =
                person.descendants()
                        .filter(p -> p.info().command().orElse("").endsWith("/java"))
                        .findFirst()
                        .orElseThrow();
        program.destroy();
        assertThat(person.waitFor(20, TimeUnit.SECONDS)).isTrue();
        terminalIsAsItWas();
    }

    @Test
    void runsOneCommandOnATerminal() throws Exception {
        Process person = onTerminal(port(), "stty size; tty;", "exit 7");
        assertThat(person.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(person.exitValue()).isEqualTo(7);
        assertThat(screen()).contains("40 100");
    }

    @Test
    void passesStreamsThroughOffATerminal() throws Exception {
        Process program = start(argv(port(), "cat; echo error >&2; tty; exit 7"));
        byte[] bytes = new byte[200_000];
        new java.util.Random(3).nextBytes(bytes);
        Thread.ofVirtual()
                .start(() -> {
                    try (var input = program.getOutputStream()) {
                        input.write(bytes);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        byte[] out = program.getInputStream().readAllBytes();
        assertThat(Arrays.copyOf(out, bytes.length)).isEqualTo(bytes);
        assertThat(new String(out, bytes.length, out.length - bytes.length, UTF_8))
                .isEqualTo("not a tty\n");
        assertThat(new String(program.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("error\n");
        assertThat(program.waitFor()).isEqualTo(7);
    }

    @Test
    void aShellCanBeFedAScript() throws Exception {
        Process program = start(argv(port()));
        type(program, "echo from a script\nexit 4\n");
        program.getOutputStream().close();
        assertThat(new String(program.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("from a script\n");
        assertThat(program.waitFor()).isEqualTo(4);
    }

    @Test
    void isAtThisMachineAsWell() throws Exception {
        Process person = onTerminal("local");
        type(person, "stty size; echo at $HOME\n");
        await("40 100");
        await("at " + directory);
        type(person, "sh -c 'echo sle\"\"eping; exec sleep 50'; echo no''t reached\n");
        await("sleeping");
        type(person, "\u0003");
        type(person, "echo in''terrupted\n");
        await("interrupted");
        type(person, "exit 5\n");
        assertThat(person.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(person.exitValue()).isEqualTo(5);
    }
}
