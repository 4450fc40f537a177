package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A real OpenSSH server on a loopback port with a host key, a configuration and authorized keys of
 * its own, in one directory; its users are those of this machine.
 */
final class SshServer implements AutoCloseable {
    static final String USER = System.getProperty("user.name");

    private final Path directory;
    private final int port;
    private Process process;

    SshServer(Path directory, String... options) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
        newHostKey();
        Files.writeString(directory.resolve("authorized_keys"), "", StandardOpenOption.CREATE);
        var lines =
                new ArrayList<>(
                        List.of(
                                "Port " + port,
                                "ListenAddress 127.0.0.1",
                                "HostKey " + hostKey(),
                                "PidFile none",
                                "UsePAM no",
                                "StrictModes no",
                                "PermitRootLogin yes",
                                "PasswordAuthentication no",
                                "KbdInteractiveAuthentication no",
                                "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                                // bash reads ~/.bashrc under sshd unless it believes to be nested
                                "SetEnv SHLVL=2 PATH=" + asRoot() + ":/usr/bin:/bin",
                                "LogLevel VERBOSE"));
        // the first value of an option counts
        lines.addAll(0, List.of(options));
        Files.write(directory.resolve("sshd_config"), lines);
        this.process = start();
    }

    /** Who isn't root here is it by name: a sudo that changes nothing. */
    private Path asRoot() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        if (!"root".equals(USER)) {
            Path sudo = bin.resolve("sudo");
            Files.writeString(sudo, "#!/bin/sh\nshift 2 # -n -H\nexec \"$@\"\n");
            Files.setPosixFilePermissions(sudo, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }

    private Process start() throws IOException, InterruptedException {
        Process sshd =
                new ProcessBuilder(
                                "/usr/sbin/sshd",
                                "-D",
                                "-e",
                                "-f",
                                directory.resolve("sshd_config").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("sshd.log").toFile()))
                        .start();
        for (int tries = 0; tries < 200; tries++) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return sshd;
            } catch (IOException e) {
                if (sshd.waitFor(25, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        throw new IllegalStateException(
                "sshd does not start: " + Files.readString(directory.resolve("sshd.log")));
    }

    void restart() throws IOException, InterruptedException {
        stop();
        process = start();
    }

    void newHostKey() throws IOException, InterruptedException {
        Files.deleteIfExists(hostKey());
        Files.deleteIfExists(directory.resolve("host_key.pub"));
        generateKey(hostKey(), "ed25519", "");
    }

    private Path hostKey() {
        return directory.resolve("host_key");
    }

    static Path generateKey(Path file, String type, String passphrase)
            throws IOException, InterruptedException {
        Process keygen =
                new ProcessBuilder(
                                "ssh-keygen",
                                "-q",
                                "-t",
                                type,
                                "-N",
                                passphrase,
                                "-f",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (keygen.waitFor() != 0) {
            throw new IllegalStateException("ssh-keygen failed");
        }
        return file;
    }

    /** Lets the owner of a key in. */
    void authorize(Path key) throws IOException {
        Files.writeString(
                directory.resolve("authorized_keys"),
                Files.readString(Path.of(key + ".pub")),
                StandardOpenOption.APPEND);
    }

    /** A line for known_hosts. */
    String knownHost() throws IOException {
        String[] words = Files.readString(directory.resolve("host_key.pub")).split(" ", -1);
        return "[127.0.0.1]:%d %s %s\n".formatted(port, words[0], words[1]);
    }

    int port() {
        return port;
    }

    /** How many sessions were let in so far. */
    long logins() throws IOException {
        return Files.readAllLines(directory.resolve("sshd.log")).stream()
                .filter(line -> line.contains("Accepted publickey"))
                .count();
    }

    Host host(String name, Path key) {
        return new Host(
                name, Set.of(), new Access.Ssh("127.0.0.1", port, USER, key.toString(), "", ""));
    }

    /** Ends the server and every session of it, as a lost link would. */
    void stop() throws InterruptedException {
        List<ProcessHandle> sessions = process.descendants().toList();
        process.destroyForcibly().waitFor();
        sessions.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends the sessions, of which there is one; new ones are welcome. */
    void cut() {
        List<ProcessHandle> sessions = sessions();
        sessions.forEach(ProcessHandle::destroyForcibly);
        sessions.forEach(session -> session.onExit().join());
    }

    /** No byte comes from the sessions until they {@link #thaw}, as over a link that was cut. */
    void freeze() throws Exception {
        signal("STOP");
    }

    void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        for (ProcessHandle session : sessions()) {
            new ProcessBuilder("kill", "-" + name, Long.toString(session.pid())).start().waitFor();
        }
    }

    private List<ProcessHandle> sessions() {
        // on a busy machine a look at all processes may miss some
        List<ProcessHandle> sessions = List.of();
        for (int looks = 0; sessions.isEmpty(); looks++) {
            assertThat(looks).as("looks for a session").isLessThan(100);
            sessions =
                    process.descendants()
                            .filter(p -> title(p).matches("(?s).*sshd(-session)?: .*"))
                            .toList();
        }
        return sessions;
    }

    private static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
