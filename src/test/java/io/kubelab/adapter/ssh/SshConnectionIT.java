package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private SshServer server;
    private Path key;
    private Path home;
    private final List<HostConnections> opened = new ArrayList<>();

    @BeforeEach
    void startServer() throws Exception {
        home = Files.createDirectories(directory.resolve("home"));
        server = new SshServer(directory.resolve("sshd"));
        key = SshServer.generateKey(directory.resolve("key"), "ed25519", "");
        server.authorize(key);
        trust();
    }

    @AfterEach
    void stopServer() throws Exception {
        opened.forEach(HostConnections::close);
        server.close();
    }

    private void trust() throws IOException {
        Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(home.resolve(".ssh/known_hosts"), server.knownHost());
    }

    private HostConnections connections() {
        return connections(Questions.NOBODY);
    }

    private HostConnections connections(Questions questions) {
        var connections =
                new HostConnections(
                        LocalUser.of(Map.of("HOME", home.toString())),
                        questions,
                        Optional.empty(),
                        name -> {
                            throw new AssertionError(name);
                        });
        opened.add(connections);
        return connections;
    }

    private Connection connect() {
        return connections().to(server.host("host", key));
    }

    private static Limited sh(String script) {
        return new Limited(Command.of("eval", script), LIMIT);
    }

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
    void putsAndGets() {
        Connection connection = connect();
        String path = directory.resolve("there/file").toString();
        connection.put(path, new Content.Text("text\n"), attributes());
        assertThat(connection.get(path)).isEqualTo("text\n".getBytes());
    }

    private static FileAttributes attributes() {
        return new FileAttributes("0600", SshServer.USER + ":" + SshServer.USER);
    }

    @Test
    void refusesAnUnknownKeyWithoutATerminal() throws IOException {
        Files.delete(home.resolve(".ssh/known_hosts"));
        assertThatThrownBy(this::connect)
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("SHA256:")
                .hasMessageContaining("no terminal");
    }

    @Test
    void refusesAChangedHostKey() throws Exception {
        server.newHostKey();
        server.restart();
        assertThatThrownBy(this::connect)
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("THE HOST KEY HAS CHANGED");
    }
}
