package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.failure.LabException;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** jsch against a real OpenSSH server, as whoever runs the test. */
@Timeout(90)
final class SshConnectionIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path directory = Path.of("");

    private final Map<String, Host> hosts = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private @Nullable SshServer server;
    private Path key = Path.of("");
    private Path home = Path.of("");
    private Optional<Path> agent = Optional.empty();

    @BeforeEach
    void startServer() throws Exception {
        home = Files.createDirectories(directory.resolve("home"));
        Files.createDirectories(home.resolve(".ssh"));
        key = SshServer.generateKey(directory.resolve("key"), "ed25519", "");
        server = server("sshd");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    /** A server that lets the key in and is known. */
    private SshServer server(String name, String... options) throws Exception {
        var made = new SshServer(directory.resolve(name), options);
        opened.add(made);
        made.authorize(key);
        Files.writeString(
                home.resolve(".ssh/known_hosts"),
                made.knownHost(),
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        return made;
    }

    private SshServer server() {
        if (server == null) {
            throw new IllegalStateException();
        }
        return server;
    }

    private HostConnections connections(Questions questions) {
        var environment = new HashMap<>(Map.of("HOME", home.toString()));
        agent.ifPresent(socket -> environment.put("SSH_AUTH_SOCK", socket.toString()));
        var connections =
                new HostConnections(
                        LocalUser.of(environment), questions, Optional.empty(), hosts::get);
        opened.add(connections);
        return connections;
    }

    private Connection connect() {
        return connect(Questions.NOBODY);
    }

    private Connection connect(Questions questions) {
        return connections(questions).to(server().host("host", key));
    }

    private Connection connect(Access.Ssh access) {
        return connections(Questions.NOBODY).to(new Host("host", Set.of(), access));
    }

    private static Limited sh(String script) {
        return new Limited(Command.of("eval", script), LIMIT);
    }

    private static FileAttributes mine(String mode) {
        return new FileAttributes(mode, SshServer.USER + ":" + SshServer.USER);
    }

    private static void refuses(Runnable connecting, String... words) {
        assertThatThrownBy(connecting::run)
                .isInstanceOfSatisfying(
                        Unreachable.class,
                        e -> {
                            assertThat(e.getMessage()).contains(words);
                            assertThat(e.remedy()).isNotBlank();
                        });
    }

    // ---- commands

    @Test
    void asksManyThingsInOneRoundTrip() {
        Connection connection = connect();
        var commands = new ArrayList<Limited>();
        for (int i = 0; i < 100; i++) {
            commands.add(sh("echo " + i));
        }
        List<CommandResult> results = connection.ask(commands);
        assertThat(results).hasSize(100).allMatch(CommandResult::ok);
        assertThat(results.get(99).out()).isEqualTo("99\n");
        assertThat(connection.roundTrips()).isEqualTo(1);
    }

    @Test
    void endsLateCommandsAndKeepsTheSession() throws IOException {
        Connection connection = connect();
        List<CommandResult> results =
                connection.ask(
                        List.of(
                                new Limited(Command.of("sleep", "60"), Duration.ofMillis(500)),
                                sh("echo next")));
        assertThat(results.get(0).exit()).isEqualTo(124);
        assertThat(results.get(1).out()).isEqualTo("next\n");
        assertThat(server().logins()).isEqualTo(1);
    }

    @Test
    void aCommandThatKillsItsShellSpoilsNothingElse() throws IOException {
        List<CommandResult> results =
                connect().ask(List.of(sh("echo 1"), sh("kill -9 $$"), sh("echo 3")));
        assertThat(results).extracting(CommandResult::exit).containsExactly(0, 137, 0);
        assertThat(server().logins()).isEqualTo(1);
    }

    @Test
    void holdsLargeOutput() {
        CommandResult result =
                connect().ask(List.of(sh("head -c 30000000 /dev/zero | tr '\\0' x"))).getFirst();
        assertThat(result.out()).hasSize(30_000_000);
    }

    @Test
    void questionsAreAskedAgainAfterALostLink() throws IOException {
        Connection connection = connect();
        connection.ask(List.of(sh("true")));
        server().cut();
        assertThat(connection.ask(List.of(sh("echo back"))).getFirst().out()).isEqualTo("back\n");
        assertThat(server().logins()).isEqualTo(2);
    }

    @Test
    void aChangeIsNeverMadeTwice() throws Exception {
        Connection connection = connect();
        Path trace = directory.resolve("trace");
        var change =
                CompletableFuture.supplyAsync(
                        () -> connection.change(sh("echo x >>'" + trace + "'; sleep 5")));
        while (!Files.exists(trace)) {
            Thread.sleep(20);
        }
        server().cut();
        assertThatThrownBy(change::join).cause().isInstanceOf(Unreachable.class);
        assertThat(trace).hasContent("x");
        assertThat(connection.change(sh("echo on")).out()).isEqualTo("on\n");
    }

    @Test
    void nobodyIsLateBecauseTheLinkIsSilent() throws Exception {
        Connection connection = connect();
        Path trace = directory.resolve("trace");
        Path go = directory.resolve("go");
        Command command =
                Command.of(
                        "eval",
                        "echo x >>'%s'; until [ -e '%s' ]; do sleep 0.1; done; echo done"
                                .formatted(trace, go));
        var change =
                CompletableFuture.supplyAsync(
                        () -> connection.change(new Limited(command, Duration.ofSeconds(2))));
        while (!Files.exists(trace)) {
            Thread.sleep(20);
        }
        server().freeze();
        Files.createFile(go);
        Thread.sleep(4000);
        server().thaw();
        assertThat(change.join()).isEqualTo(new CommandResult(0, "done\n", ""));
        assertThat(server().logins()).isEqualTo(1);
    }

    @Test
    void aChannelIsWaitedForAsLongAsTheLinkMayComeBack() throws Exception {
        Connection connection = connect();
        connection.ask(List.of(sh("true")));
        server().freeze();
        var run =
                CompletableFuture.supplyAsync(
                        () -> connection.run("silent", sh("echo there"), line -> {}));
        Thread.sleep(22_000);
        server().thaw();
        assertThat(run.join().out()).isEqualTo("there\n");
        assertThat(server().logins()).isEqualTo(1);
    }

    @Test
    void oneSessionServesManyThreads() throws Exception {
        HostConnections connections = connections(Questions.NOBODY);
        Host host = server().host("host", key);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                all.add(
                        CompletableFuture.supplyAsync(
                                () ->
                                        number % 4 == 0
                                                ? connections
                                                        .to(host)
                                                        .run(
                                                                "it-many-" + number,
                                                                sh("echo " + number),
                                                                _ -> {})
                                                        .out()
                                                : connections
                                                        .to(host)
                                                        .ask(List.of(sh("echo " + number)))
                                                        .getFirst()
                                                        .out(),
                                threads));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(all.get(i).join()).isEqualTo(i + "\n");
            }
        }
        assertThat(server().logins()).isEqualTo(1);
        connections.forget(host);
        connections.to(host).ask(List.of(sh("true")));
        assertThat(server().logins()).isEqualTo(2);
    }

    // ---- files

    @Test
    void putsAndGets() throws IOException {
        Connection connection = connect();
        Path path = directory.resolve("there/it's a file");
        connection.put(path.toString(), new Content.Secret("text\n"), mine("0600"));
        assertThat(connection.get(path.toString())).isEqualTo("text\n".getBytes(UTF_8));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void sendsAHundredMegabytes() throws Exception {
        Path artifact = directory.resolve("artifact");
        try (var file = new RandomAccessFile(artifact.toFile(), "rw")) {
            file.setLength(100 << 20);
            file.seek(50 << 20);
            file.write(new byte[] {0, 1, 2, 10, 13, (byte) 255});
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (var bytes = Files.newInputStream(artifact)) {
            byte[] block = new byte[1 << 16];
            for (int n = bytes.read(block); n >= 0; n = bytes.read(block)) {
                digest.update(block, 0, n);
            }
        }
        Connection connection = connect();
        connection.ask(List.of(sh("true")));
        long begin = System.nanoTime();
        Path target = directory.resolve("target");
        connection.put(
                target.toString(),
                new Content.Artifact(artifact, HexFormat.of().formatHex(digest.digest())),
                mine("0755"));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(Files.mismatch(artifact, target)).isEqualTo(-1);
        assertThat(took).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void streamsAFileIntoACommand() throws IOException {
        Path file = Files.writeString(directory.resolve("data"), "b\na\n");
        assertThat(connect().stream(file, new Limited(Command.of("sort"), LIMIT)))
                .isEqualTo(new CommandResult(0, "a\nb\n", ""));
    }

    // ---- host keys

    @Test
    void refusesAnUnknownHostWithoutATerminal() throws IOException {
        Files.delete(home.resolve(".ssh/known_hosts"));
        refuses(this::connect, "SHA256:", "no terminal");
    }

    @Test
    void asksForAnUnknownHostAndRemembersIt() throws IOException {
        Files.writeString(home.resolve(".ssh/config"), "HashKnownHosts no\n");
        Files.delete(home.resolve(".ssh/known_hosts"));
        var asked = new Person(Questions.Trust.ACCEPT, List.of());
        connect(asked).ask(List.of(sh("true")));
        assertThat(asked.fingerprints).hasSize(1);
        assertThat(home.resolve(".ssh/known_hosts")).hasContent(server().knownHost());
        connect(asked).ask(List.of(sh("true")));
        assertThat(asked.fingerprints).hasSize(1);
    }

    @Test
    void takesNoForAnAnswer() throws IOException {
        Files.delete(home.resolve(".ssh/known_hosts"));
        refuses(
                () -> connect(new Person(Questions.Trust.REFUSE, List.of())),
                "you did not accept the host key");
        assertThat(home.resolve(".ssh/known_hosts")).doesNotExist();
    }

    @Test
    void hashesNamesWhereTheUserWantsIt() throws Exception {
        Files.writeString(home.resolve(".ssh/config"), "HashKnownHosts yes\n");
        Files.writeString(home.resolve(".ssh/known_hosts"), "# no newline at the end");
        var asked = new Person(Questions.Trust.ACCEPT, List.of());
        connect(asked);
        connect(asked);
        assertThat(asked.fingerprints).hasSize(1);
        Path file = home.resolve(".ssh/known_hosts");
        assertThat(Files.readString(file)).contains("|1|").doesNotContain("127.0.0.1");
        Process keygen =
                new ProcessBuilder(
                                "ssh-keygen",
                                "-F",
                                "[127.0.0.1]:" + server().port(),
                                "-f",
                                file.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keygen.waitFor()).isZero();
    }

    private String fingerprint() throws IOException {
        String[] words = server().knownHost().strip().split(" ", -1);
        return KnownHosts.fingerprint(Base64.getDecoder().decode(words[2]));
    }

    @Test
    void refusesAChangedHostKeyWhoeverSaysYes() throws Exception {
        String before = fingerprint();
        server().newHostKey();
        server().restart();
        Path file = home.resolve(".ssh/known_hosts");
        refuses(
                () -> connect(new Person(Questions.Trust.ACCEPT, List.of())),
                "THE HOST KEY HAS CHANGED",
                "shows ssh-ed25519 " + fingerprint(),
                "known is ssh-ed25519 %s (%s:1)".formatted(before, file));
    }

    @Test
    void believesOnlyTheLabAboutAMachine() throws Exception {
        Path pinned = directory.resolve("pinned");
        Files.writeString(pinned, "");
        var machine =
                new Access.Ssh(
                        "127.0.0.1",
                        server().port(),
                        SshServer.USER,
                        key.toString(),
                        "",
                        pinned.toString());
        refuses(() -> connect(machine), "no key of it is in " + pinned);
        Files.writeString(pinned, server().knownHost());
        connect(machine).ask(List.of(sh("true")));
    }

    // ---- keys

    @Test
    void readsKeysOfEveryUsualKind() throws Exception {
        for (String type : List.of("rsa", "ecdsa")) {
            Path other = SshServer.generateKey(directory.resolve(type), type, "");
            server().authorize(other);
            connections(Questions.NOBODY).to(server().host("host", other)).ask(List.of(sh("true")));
        }
    }

    @Test
    void asksForAPassphraseUntilItIsRight() throws Exception {
        Path locked = SshServer.generateKey(directory.resolve("locked"), "ed25519", "open sesame");
        server().authorize(locked);
        var person = new Person(Questions.Trust.REFUSE, List.of("wrong", "open sesame"));
        HostConnections connections = connections(person);
        connections.to(server().host("host", locked)).ask(List.of(sh("true")));
        assertThat(person.passphrases).hasValue(2);
        connections.to(server().host("another name", locked)).ask(List.of(sh("true")));
        assertThat(person.passphrases).hasValue(2);
        refuses(
                () -> connections(Questions.NOBODY).to(server().host("host", locked)),
                "locked has a passphrase");
    }

    @Test
    void usesTheAgent() throws Exception {
        Path locked = SshServer.generateKey(directory.resolve("locked"), "ed25519", "sesame");
        Path unlocked = directory.resolve("unlocked");
        Files.copy(locked, unlocked);
        Files.copy(Path.of(locked + ".pub"), Path.of(unlocked + ".pub"));
        exec(
                List.of(
                        "ssh-keygen",
                        "-q",
                        "-p",
                        "-P",
                        "sesame",
                        "-N",
                        "",
                        "-f",
                        unlocked.toString()));
        Path socket = directory.resolve("agent");
        Process daemon = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        opened.add(daemon::destroy);
        while (!Files.exists(socket)) {
            Thread.sleep(20);
        }
        agent = Optional.of(socket);
        exec(List.of("ssh-add", "-q", unlocked.toString()));
        server().authorize(locked);
        // a key that was named, and no key named
        connect(access(locked.toString(), "")).ask(List.of(sh("true")));
        connect(access("", "")).ask(List.of(sh("true")));
    }

    private Access.Ssh access(String keyFile, String via) {
        return new Access.Ssh("127.0.0.1", server().port(), SshServer.USER, keyFile, via, "");
    }

    private void exec(List<String> argv) throws Exception {
        var builder =
                new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        agent.ifPresent(socket -> builder.environment().put("SSH_AUTH_SOCK", socket.toString()));
        assertThat(builder.start().waitFor()).isZero();
    }

    @Test
    void findsTheUsualKeysAtHome() throws IOException {
        Files.copy(key, home.resolve(".ssh/id_ed25519"));
        connect(access("", "")).ask(List.of(sh("true")));
    }

    @Test
    void tellsWhoIsNotLetIn() throws Exception {
        Path stranger = SshServer.generateKey(directory.resolve("stranger"), "ed25519", "");
        refuses(
                () -> connections(Questions.NOBODY).to(server().host("host", stranger)),
                "does not let " + SshServer.USER + " in with",
                "stranger");
        refuses(
                () ->
                        connections(Questions.NOBODY)
                                .to(server().host("host", directory.resolve("no"))),
                "can't be read");
        Path rubbish = Files.writeString(directory.resolve("rubbish"), "not a key");
        refuses(
                () -> connections(Questions.NOBODY).to(server().host("host", rubbish)),
                "is not a private key");
    }

    // ---- ways

    @Test
    void followsTheUsersConfiguration() throws Exception {
        Files.writeString(
                home.resolve(".ssh/config"), "Include %s\n".formatted(home.resolve("more")));
        Files.writeString(
                home.resolve("more"),
                """
                Host mylab
                  HostName 127.0.0.1
                  Port %d
                  User %s
                  IdentityFile %s
                """
                        .formatted(server().port(), SshServer.USER, key));
        connect(new Access.Ssh("mylab", 0, "", "", "", "")).ask(List.of(sh("true")));
    }

    @Test
    void jumpsAsTheUserConfigured() throws Exception {
        SshServer first = server("first");
        SshServer second = server("second");
        Files.writeString(
                home.resolve(".ssh/config"),
                """
                Host first second target
                  HostName 127.0.0.1
                  IdentityFile %s
                Host first
                  Port %d
                Host second
                  Port %d
                Host target
                  Port %d
                  ProxyJump first,second
                Host by-command
                  HostName 127.0.0.1
                  Port %d
                  IdentityFile %s
                  ProxyCommand ssh -F %s -o UserKnownHostsFile=%s -W %%h:%%p first
                """
                        .formatted(
                                key,
                                first.port(),
                                second.port(),
                                server().port(),
                                server().port(),
                                key,
                                home.resolve(".ssh/config"),
                                home.resolve(".ssh/known_hosts")));
        connect(new Access.Ssh("target", 0, "", "", "", "")).ask(List.of(sh("true")));
        assertThat(first.logins()).isEqualTo(1);
        assertThat(second.logins()).isEqualTo(1);
        connect(new Access.Ssh("by-command", 0, "", "", "", "")).ask(List.of(sh("true")));
        assertThat(first.logins()).isEqualTo(2);
        assertThat(server().logins()).isEqualTo(2);
    }

    @Test
    void reachesAMachineThroughItsHost() throws Exception {
        SshServer virthost = server("virthost");
        hosts.put("virthost", virthost.host("virthost", key));
        HostConnections connections = connections(Questions.NOBODY);
        Connection machine =
                connections.to(new Host("machine", Set.of(), access(key.toString(), "virthost")));
        assertThat(machine.ask(List.of(sh("echo $SSH_CONNECTION"))).getFirst().ok()).isTrue();
        assertThat(virthost.logins()).isEqualTo(1);
        // both sessions are lost, and come back
        virthost.cut();
        assertThat(machine.ask(List.of(sh("echo back"))).getFirst().out()).isEqualTo("back\n");
        assertThat(virthost.logins()).isEqualTo(2);
        connections.forget(virthost.host("virthost", key));
        assertThat(machine.ask(List.of(sh("echo again"))).getFirst().out()).isEqualTo("again\n");
        assertThat(virthost.logins()).isEqualTo(3);
    }

    @Test
    void aCommandThatRefusesAStreamEndsIt() throws IOException {
        Path file = Files.write(directory.resolve("data"), new byte[20_000_000]);
        assertThat(connect().stream(file, sh("echo full >&2; exit 4")))
                .isEqualTo(new CommandResult(4, "", "full\n"));
        assertThat(
                        connect().stream(
                                        file,
                                        new Limited(
                                                Command.of("sleep", "60"), Duration.ofSeconds(1)))
                                .exit())
                .isEqualTo(124);
    }

    @Test
    void waitsForAMachineThatIsComing() throws Exception {
        Path pinned = Files.writeString(directory.resolve("pinned"), server().knownHost());
        server().stop();
        var coming =
                CompletableFuture.supplyAsync(() ->
                        connect(
                                new Access.Ssh(
                                        "127.0.0.1",
                                        server().port(),
                                        SshServer.USER,
                                        key.toString(),
                                        "",
                                        pinned.toString())));
        Thread.sleep(1500);
        assertThat(coming).isNotDone();
        server().restart();
        assertThat(coming.join().ask(List.of(sh("echo up"))).getFirst().out()).isEqualTo("up\n");
    }

    @Test
    void tellsWhereNobodyIs() throws Exception {
        server().stop();
        refuses(
                () -> connect(access(key.toString(), "")),
                "no SSH session with 127.0.0.1:" + server().port(),
                "Connection refused");
        refuses(
                () ->
                        connect(
                                new Access.Ssh(
                                        "no.such.host.invalid", 22, "x", key.toString(), "", "")),
                "has no address");
    }

    // ---- forwards

    @Test
    void forwardsToAPortOfTheHost() throws Exception {
        Connection connection = connect();
        try (var echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        while (true) {
                            try (Socket client = echo.accept()) {
                                client.getInputStream().transferTo(client.getOutputStream());
                            } catch (IOException e) {
                                return;
                            }
                        }
                    });
            int port = connection.forward("127.0.0.1", echo.getLocalPort());
            assertThat(connection.forward("127.0.0.1", echo.getLocalPort())).isEqualTo(port);
            for (int i = 0; i < 3; i++) {
                byte[] bytes = new byte[300_000];
                new java.util.Random(i).nextBytes(bytes);
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    socket.getOutputStream().write(bytes);
                                    socket.shutdownOutput();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
                    byte[] back = socket.getInputStream().readAllBytes();
                    assertThat(Arrays.equals(back, bytes)).as("%d bytes", back.length).isTrue();
                }
                if (i == 1) {
                    server().cut();
                }
            }
        }
    }

    @Test
    void forwardsToASocketOfTheHost() throws Exception {
        Path there = directory.resolve("there.sock");
        try (var echo = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            echo.bind(UnixDomainSocketAddress.of(there));
            Thread.ofPlatform().daemon().start(() -> echo(echo));
            Path socket =
                    connect()
                            .forwardSocket(
                                    there.toString(), Command.of(asRoot() ? "false" : "cat"));
            assertThat(Files.getPosixFilePermissions(socket.getParent()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(talk(socket, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void relaysToASocketThatTheUserMayNotOpen() throws Exception {
        SshServer other = server("other", path(sudo("exec \"$@\"")));
        // a user who isn't root is modelled by one who may not use the socket directly
        Link link = new SshLink(session(other), Elevation.sudo("host", "user", Optional.empty()));
        opened.add(link);
        var connection =
                new ShellConnection(
                        new WithoutSockets(link), LocalUser.of(Map.of("HOME", home.toString())));
        Path socket = connection.forwardSocket("/nothing", Command.of("cat"));
        assertThat(talk(socket, "hello")).isEqualTo("hello");
        connection.close();
        assertThat(socket.getParent()).doesNotExist();
    }

    private static boolean asRoot() {
        return "root".equals(SshServer.USER);
    }

    private record WithoutSockets(Link link) implements Link {
        @Override
        public String host() {
            return link.host();
        }

        @Override
        public boolean givesRoot() {
            return true;
        }

        @Override
        public io.kubelab.remote.Shell shell(Use use) throws IOException {
            return link.shell(use);
        }

        @Override
        public Duplex tcp(String address, int port) throws IOException {
            return link.tcp(address, port);
        }

        @Override
        public Optional<Duplex> socket(String path) {
            return Optional.empty();
        }

        @Override
        public boolean stands() {
            return link.stands();
        }

        @Override
        public void close() {
            Closing.quietly(link);
        }
    }

    private static void echo(ServerSocketChannel server) {
        while (true) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer bytes = ByteBuffer.allocate(100);
                while (client.read(bytes) >= 0) {
                    bytes.flip();
                    client.write(bytes);
                    bytes.clear();
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private static String talk(Path socket, String text) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(100);
            while (channel.read(answer) >= 0) {}
            return new String(answer.array(), 0, answer.position(), UTF_8);
        }
    }

    // ---- sudo, played by a script that the server's PATH finds first

    private Path sudo(String script) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path sudo = bin.resolve("sudo");
        // drops the options that kubelab uses, and notes the prompt
        Files.writeString(
                sudo,
                """
                #!/bin/sh
                while :; do
                    case $1 in
                    -n|-H|-S) shift ;;
                    -p) prompt=$2; shift 2 ;;
                    *) break ;;
                    esac
                done
                """
                        + script
                        + "\n");
        Files.setPosixFilePermissions(sudo, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private static String path(Path bin) {
        return "SetEnv SHLVL=2 PATH=" + bin + ":/usr/bin:/bin";
    }

    private SshSession session(SshServer to) {
        var config =
                SshConfig.of(
                        new Access.Ssh(
                                "127.0.0.1", to.port(), SshServer.USER, key.toString(), "", ""),
                        LocalUser.of(Map.of("HOME", home.toString())));
        return new SshSession(
                "host",
                config,
                new KnownHosts.Strangers.Refused(),
                new Answers(Questions.NOBODY),
                Optional.empty(),
                SshSession.Patience.HOST);
    }

    private Connection elevated(String script, Optional<Content.Secret> password) throws Exception {
        SshServer other = server("other", path(sudo(script)));
        var link = new SshLink(session(other), Elevation.sudo("host", "user", password));
        opened.add(link);
        return new ShellConnection(link, LocalUser.of(Map.of("HOME", home.toString())));
    }

    @Test
    void becomesRootBySudo() throws Exception {
        Connection connection = elevated("BECAME=root exec \"$@\"", Optional.empty());
        assertThat(connection.ask(List.of(sh("echo $BECAME"))).getFirst().out())
                .isEqualTo("root\n");
        Path file = directory.resolve("by-sudo");
        connection.put(file.toString(), new Content.Text("x".repeat(100_000)), mine("0644"));
        assertThat(file).hasSize(100_000);
        assertThat(connection.run("it-sudo", sh("echo $BECAME"), _ -> {}).out())
                .isEqualTo("root\n");
    }

    @Test
    void tellsThatSudoWantsAPassword() throws Exception {
        Connection connection =
                elevated("echo 'sudo: a password is required' >&2; exit 1", Optional.empty());
        refuses(
                () -> connection.ask(List.of(sh("true"))),
                "can't become root",
                "a password is required");
    }

    @Test
    void givesSudoThePasswordItAsksForAndNothingElse() throws Exception {
        Path bin = directory.resolve("bin");
        String asks =
                """
                printf '%%s' "$prompt" >&2
                read -r word
                if [ "$word" != right ]; then
                    echo 'Sorry, try again.' >&2
                    printf '%%s' "$prompt" >&2
                    read -r word
                    exit 1
                fi
                tr '\\0' ' ' </proc/$$/cmdline >%s/argv
                exec "$@"
                """
                        .formatted(bin);
        Connection connection = elevated(asks, Optional.of(new Content.Secret("right")));
        assertThat(connection.ask(List.of(sh("cat; echo in"))).getFirst().out()).isEqualTo("in\n");
        assertThat(connection.change(sh("echo in")).out()).isEqualTo("in\n");
        assertThat(bin.resolve("argv")).content().contains("/bin/sh").doesNotContain("right");
    }

    @Test
    void aPasswordThatIsNotAskedForGoesNowhere() throws Exception {
        Connection connection = elevated("exec \"$@\"", Optional.of(new Content.Secret("right")));
        assertThat(connection.ask(List.of(sh("cat; echo in"))).getFirst())
                .isEqualTo(new CommandResult(0, "in\n", ""));
    }

    @Test
    void tellsThatThePasswordIsWrong() throws Exception {
        Connection connection =
                elevated(
                        "printf %s \"$prompt\" >&2; read -r w; printf %s \"$prompt\" >&2; read -r w",
                        Optional.of(new Content.Secret("wrong")));
        refuses(() -> connection.ask(List.of(sh("true"))), "does not accept the password");
    }

    // ---- long commands

    @Test
    void aLongCommandSurvivesItsConnection() throws Exception {
        Path trace = directory.resolve("trace");
        Path go = directory.resolve("go");
        Limited work =
                sh(
                        "echo begun; echo x >>'%s'; while [ ! -e '%s' ]; do sleep 0.05; done; echo done; exit 6"
                                .formatted(trace, go));
        HostConnections first = connections(Questions.NOBODY);
        Host host = server().host("host", key);
        var lines = new CompletableFuture<String>();
        var running =
                CompletableFuture.runAsync(
                        () -> first.to(host).run("it-survive", work, lines::complete));
        assertThat(lines.get()).isEqualTo("begun");
        first.close();
        assertThatThrownBy(running::join).cause().isInstanceOf(LabException.class);

        var seen = new CopyOnWriteArrayList<String>();
        var followed = new CompletableFuture<String>();
        var again =
                CompletableFuture.supplyAsync(() ->
                        connections(Questions.NOBODY)
                                .to(host)
                                .run(
                                        "it-survive",
                                        work,
                                        line -> {
                                            seen.add(line);
                                            followed.complete(line);
                                        }));
        assertThat(followed.get()).isEqualTo("begun");
        // the link breaks once more while it is being followed
        server().cut();
        Thread.sleep(300);
        Files.createFile(go);
        CommandResult result = again.join();
        assertThat(result).isEqualTo(new CommandResult(6, "begun\ndone\n", ""));
        assertThat(seen).endsWith("done");
        assertThat(trace).hasContent("x");
        assertThat(Path.of("/run/kubelab/it-survive")).doesNotExist();
    }

    @Test
    void twoAtOnceAreOne() throws Exception {
        Path trace = directory.resolve("trace");
        Limited work = sh("echo x >>'" + trace + "'; sleep 1; echo done");
        Host host = server().host("host", key);
        var one =
                CompletableFuture.supplyAsync(
                        () -> connections(Questions.NOBODY).to(host).run("it-two", work, _ -> {}));
        var two =
                CompletableFuture.supplyAsync(
                        () -> connections(Questions.NOBODY).to(host).run("it-two", work, _ -> {}));
        assertThat(one.join()).isEqualTo(new CommandResult(0, "done\n", ""));
        assertThat(two.join()).isEqualTo(new CommandResult(0, "done\n", ""));
        assertThat(trace).hasContent("x");
    }

    /** Answers as it was told to. */
    private static final class Person implements Questions {
        final List<String> fingerprints = new ArrayList<>();
        final AtomicInteger passphrases = new AtomicInteger();
        private final Trust trust;
        private final List<String> words;

        Person(Trust trust, List<String> words) {
            this.trust = trust;
            this.words = words;
        }

        @Override
        public Optional<Content.Secret> passphrase(String key) {
            int number = passphrases.getAndIncrement();
            return number < words.size()
                    ? Optional.of(new Content.Secret(words.get(number)))
                    : Optional.empty();
        }

        @Override
        public Trust firstContact(String host, String keyType, String fingerprint) {
            fingerprints.add(fingerprint);
            return trust;
        }
    }
}
