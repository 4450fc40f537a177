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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A way into a {@link FakeHost}. */
final class FakeConnection implements Connection {
    private final FakeHost host;
    private final AtomicInteger roundTrips = new AtomicInteger();

    FakeConnection(FakeHost host) {
        this.host = host;
    }

    boolean leadsTo(FakeHost other) {
        return host == other;
    }

    @Override
    public List<CommandResult> ask(List<Limited> commands) {
        roundTrips.incrementAndGet();
        return commands.stream().map(c -> host.run(c.command())).toList();
    }

    @Override
    public CommandResult change(Limited command) {
        return ask(List.of(command)).getFirst();
    }

    @Override
    public CommandResult run(String identity, Limited command, Consumer<String> output) {
        roundTrips.incrementAndGet();
        host.tick("run " + identity);
        CommandResult result = host.run(command.command());
        result.out().lines().forEach(output);
        return result;
    }

    @Override
    public void put(String path, Content content, FileAttributes attributes) {
        roundTrips.incrementAndGet();
        host.put(path, content, attributes);
    }

    @Override
    public CommandResult stream(Path file, Limited command) {
        roundTrips.incrementAndGet();
        try {
            // what a program reads is the path; whoever models it may look into the file
            return host.run(
                    command.command().withInput(new Content.Text(file.toRealPath().toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] get(String path) {
        roundTrips.incrementAndGet();
        return switch (host.follow(path).orElse(null)) {
            case Item.RegularFile(Content.Text(String text), _, _, _) ->
                    text.getBytes(StandardCharsets.UTF_8);
            case Item.RegularFile(Content.Secret(String text), _, _, _) ->
                    text.getBytes(StandardCharsets.UTF_8);
            case Item.RegularFile(Content.Artifact(Path file, _), _, _, _) -> {
                try {
                    yield Files.readAllBytes(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            case null, default -> throw new IllegalStateException(host.name() + ": no " + path);
        };
    }

    @Override
    public int forward(String address, int port) {
        return port;
    }

    @Override
    public Path forwardSocket(String remoteSocket, Command relay) {
        return Path.of(remoteSocket);
    }

    @Override
    public Lock lock(String path, String what, String holder) {
        throw new Unmodelled(host.name() + ": lock " + path);
    }

    @Override
    public int roundTrips() {
        return roundTrips.get();
    }

    @Override
    public void close() {}
}
