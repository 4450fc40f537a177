package io.kubelab.world;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The workstation: a real shell and the real tools that move files, on a directory of the test; Go
 * and mmdebstrap are played ({@code src/test/resources/world/bin}), and nothing else is there.
 */
final class Workbench implements Connection {
    private static final List<String> REAL =
            List.of(
                    "sh",
                    "basename",
                    "cat",
                    "env",
                    "ls",
                    "ln",
                    "ssh-keygen",
                    "mkdir",
                    "mktemp",
                    "mv",
                    "rm",
                    "rmdir",
                    "stat",
                    "sha256sum",
                    "tar",
                    "test");

    private final Path programs;
    private final AtomicInteger roundTrips = new AtomicInteger();

    /**
     * @param programs an empty directory
     */
    Workbench(Path programs) {
        this.programs = programs;
        try {
            Files.createDirectories(programs);
            for (String name : REAL) {
                lead(name, real(name));
            }
            try (var played = Files.list(Path.of("src/test/resources/world/bin"))) {
                for (Path program : played.toList()) {
                    lead(String.valueOf(program.getFileName()), program.toAbsolutePath());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A script, since a link out of a test's directory alarms JUnit. */
    private void lead(String name, Path program) throws IOException {
        Path script = programs.resolve(name);
        Files.writeString(script, "#!/bin/sh\nexec %s \"$@\"\n".formatted(program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path real(String name) {
        return List.of("/usr/bin", "/bin").stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name));
    }

    @Override
    public List<CommandResult> ask(List<Limited> commands) {
        roundTrips.incrementAndGet();
        return commands.stream().map(c -> run(c.command())).toList();
    }

    private CommandResult run(Command command) {
        var builder = new ProcessBuilder("/bin/sh", "-c", command.script());
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // what these programs print fits into a pipe
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit == 127) {
                throw new Unmodelled("workstation: " + command.script() + ": " + err);
            }
            return new CommandResult(exit, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CommandResult change(Limited command) {
        roundTrips.incrementAndGet();
        return run(command.command());
    }

    @Override
    public CommandResult run(String identity, Limited command, Consumer<String> output) {
        roundTrips.incrementAndGet();
        return run(command.command());
    }

    @Override
    public void put(String path, Content content, FileAttributes attributes) {
        throw new Unmodelled("workstation: put " + path);
    }

    @Override
    public CommandResult stream(Path file, Limited command) {
        throw new Unmodelled("workstation: stream " + file);
    }

    @Override
    public byte[] get(String path) {
        throw new Unmodelled("workstation: get " + path);
    }

    @Override
    public int forward(String host, int port) {
        return port;
    }

    @Override
    public Path forwardSocket(String remoteSocket, Command relay) {
        return Path.of(remoteSocket);
    }

    @Override
    public Lock lock(String path, String what, String holder) {
        throw new Unmodelled("workstation: lock " + path);
    }

    @Override
    public int roundTrips() {
        return roundTrips.get();
    }

    @Override
    public void close() {}
}
