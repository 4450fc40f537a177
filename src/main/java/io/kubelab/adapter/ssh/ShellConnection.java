package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.remote.Shell;
import io.kubelab.remote.ShellProtocol;
import io.kubelab.remote.ShellProtocol.Answer;
import io.kubelab.remote.ShellProtocol.Begun;
import io.kubelab.remote.ShellProtocol.ShellEnded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A host through shells: the same for this machine and for one behind SSH. */
final class ShellConnection implements Connection {
    /** What is larger gets a channel of its own. */
    private static final int SMALL = 32 * 1024;

    private static final Duration SHORT = Duration.ofSeconds(30);

    /** A link that is silent for so long is lost, see {@link SshSession#ALIVE}. */
    private static final Duration LOST = Duration.ofMinutes(1);

    private static final Duration TRANSFER = Duration.ofMinutes(30);
    private static final int LOST_LINKS = 3;

    private final Link link;
    private final LocalUser me;
    private final Lane facts = new Lane();
    private final Lane changes = new Lane();
    private final Lane control = new Lane();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final Map<String, Path> sockets = new ConcurrentHashMap<>();
    private final Queue<Listener> listeners = new ConcurrentLinkedQueue<>();
    private final Queue<HostLock> locks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger roundTrips = new AtomicInteger();
    private final DetachedCommands detached;

    ShellConnection(Link link, LocalUser me) {
        this.link = link;
        this.me = me;
        this.detached = new DetachedCommands(link, roundTrips);
    }

    /** A long-lived shell for one kind of work, opened when first needed. */
    private final class Lane {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable ShellProtocol current;

        ShellProtocol open() {
            lock.lock();
            try {
                ShellProtocol protocol = current;
                if (protocol == null) {
                    protocol = protocol(Link.Use.STANDING);
                    current = protocol;
                }
                return protocol;
            } finally {
                lock.unlock();
            }
        }

        void discard(ShellProtocol broken) {
            lock.lock();
            try {
                if (current == broken) {
                    current = null;
                }
            } finally {
                lock.unlock();
            }
            broken.close();
        }

        void close() {
            lock.lock();
            try {
                if (current != null) {
                    current.close();
                    current = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private ShellProtocol protocol(Link.Use use) {
        try {
            return new ShellProtocol(link.shell(use), new ControlLane());
        } catch (IOException e) {
            throw lost("no shell", e);
        }
    }

    private Unreachable lost(String what, Throwable why) {
        return new Unreachable(
                link.host(),
                "the connection was lost: %s (%s)".formatted(what, why.getMessage()),
                "Run the same command again; it goes on where it stopped.",
                why);
    }

    /** What is said to the host while another lane is held up. */
    private final class ControlLane implements ShellProtocol.Control {
        @Override
        public void awaitLink() {
            ask(Command.of("true"), LOST);
        }

        @Override
        public void endDescendants(long ancestor) {
            ask(
                    Command.of("eval", Scripts.END_DESCENDANTS)
                            .withEnvironment(Map.of("ancestor", Long.toString(ancestor))),
                    SHORT);
        }

        private void ask(Command command, Duration limit) {
            ShellProtocol lane = control.open();
            try {
                lane.ask(new Limited(command, limit));
            } catch (IOException e) {
                control.discard(lane);
            }
        }
    }

    @Override
    public List<CommandResult> ask(List<Limited> commands) {
        var results = new ArrayList<CommandResult>();
        int lostLinks = 0;
        while (results.size() < commands.size()) {
            roundTrips.incrementAndGet();
            ShellProtocol lane = facts.open();
            List<CompletableFuture<Answer>> answers =
                    lane.ask(commands.subList(results.size(), commands.size()));
            for (CompletableFuture<Answer> answer : answers) {
                try {
                    results.add(get(answer).text());
                } catch (ShellEnded e) {
                    boolean linkStands = endedByCommand(lane, e);
                    facts.discard(lane);
                    if (linkStands) {
                        results.add(ended(e));
                    } else if (++lostLinks > LOST_LINKS) {
                        throw lost("facts were asked for", e);
                    }
                    break;
                }
            }
        }
        return results;
    }

    @Override
    public CommandResult change(Limited command) {
        for (int lostLinks = 0; ; lostLinks++) {
            roundTrips.incrementAndGet();
            ShellProtocol lane = changes.open();
            try {
                return lane.ask(command).text();
            } catch (ShellEnded e) {
                boolean ended = endedByCommand(lane, e);
                changes.discard(lane);
                if (ended) {
                    return ended(e);
                }
                if (e.begun() == Begun.YES || lostLinks > LOST_LINKS) {
                    throw lost("'" + command.command().shown() + "' was being run", e);
                }
            } catch (IOException e) {
                changes.discard(lane);
                throw lost("'" + command.command().shown() + "' was being run", e);
            }
        }
    }

    private static Answer get(CompletableFuture<Answer> answer) throws ShellEnded {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShellEnded ended) {
                throw ended;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the answer is there", e);
        }
    }

    /** Told from a lost link by the exit status that only a living link can bring. */
    private boolean endedByCommand(ShellProtocol lane, ShellEnded end) {
        return end.begun() == Begun.YES && lane.exit().isPresent() && link.stands();
    }

    private static CommandResult ended(ShellEnded end) {
        CommandResult partial = end.partial().text();
        return new CommandResult(
                137, partial.out(), partial.err() + "\nthe command ended the shell that ran it");
    }

    @Override
    public CommandResult run(String identity, Limited command, Consumer<String> output) {
        return detached.run(identity, command, output);
    }

    @Override
    public void put(String path, Content content, FileAttributes attributes) {
        switch (content) {
            case Content.Text(String text) -> put(path, content, text, attributes);
            case Content.Secret(String text) -> put(path, content, text, attributes);
            case Content.SecretBytes data -> put(path, data.bytes(), attributes);
            case Content.Artifact(Path file, String sha256) ->
                    putLarge(path, file, sha256, attributes);
        }
    }

    private void put(String path, Content content, String text, FileAttributes attributes) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > SMALL || text.indexOf('\0') >= 0) {
            put(path, bytes, attributes);
            return;
        }
        succeed(
                path,
                prepare(path)
                        .then(receive(temporary(path)))
                        .then(settle(path, attributes))
                        .withInput(content));
    }

    private void put(String path, byte[] bytes, FileAttributes attributes) {
        feedFile(path, new ByteArrayInputStream(bytes), receive(temporary(path)));
        finish(path, attributes);
    }

    private void putLarge(String path, Path file, String sha256, FileAttributes attributes) {
        String sum;
        try (var bytes = Files.newInputStream(file)) {
            String packed = temporary(path) + ".gz";
            sum =
                    feedFile(
                            path,
                            Gzip.of(bytes),
                            Command.of("rm", "-f", packed)
                                    .then(receive(packed))
                                    .then(Command.of("gzip", "--decompress", packed)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!sum.equals(sha256)) {
            removeTemporary(path);
            throw new CommandFailed(
                    link.host(),
                    "write " + path,
                    1,
                    "%s has SHA-256 %s there instead of %s".formatted(path, sum, sha256),
                    "The file was changed on its way or since it was made; run the same command again.");
        }
        finish(path, attributes);
    }

    /** The digest of what has arrived under the temporary name. */
    private String feedFile(String path, InputStream bytes, Command receive) {
        Command command =
                prepare(path).then(receive).then(Command.of("sha256sum", temporary(path)));
        CommandResult result = feed(bytes, new Limited(command, TRANSFER));
        if (!result.ok()) {
            removeTemporary(path);
            throw failed(path, command, result);
        }
        return result.out().replaceFirst("^\\\\", "").split(" ", 2)[0];
    }

    private void finish(String path, FileAttributes attributes) {
        succeed(path, settle(path, attributes));
    }

    private void succeed(String path, Command command) {
        CommandResult result = change(new Limited(command, SHORT));
        if (!result.ok()) {
            removeTemporary(path);
            throw failed(path, command, result);
        }
    }

    private CommandFailed failed(String path, Command command, CommandResult result) {
        return new CommandFailed(
                link.host(),
                command.shown(),
                result.exit(),
                result.text(),
                "See why %s can't be written: space, permissions, a read-only file system?"
                        .formatted(path));
    }

    private void removeTemporary(String path) {
        change(
                new Limited(
                        Command.of("rm", "-f", temporary(path), temporary(path) + ".gz"), SHORT));
    }

    /** The same each time, so that nothing stays behind when a broken run is repeated. */
    private static String temporary(String path) {
        int slash = path.lastIndexOf('/');
        return path.substring(0, slash + 1) + "." + path.substring(slash + 1) + ".kubelab";
    }

    private static Command prepare(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || slash == path.length() - 1) {
            throw new IllegalArgumentException("'" + path + "' is not the absolute path of a file");
        }
        return Command.of("mkdir", "-p", slash == 0 ? "/" : path.substring(0, slash))
                .then(Command.of("rm", "-f", temporary(path)));
    }

    private static Command receive(String file) {
        // nobody else may open it before it has its owner; excl: nobody's link is followed
        return Command.of("umask", "077")
                .then(Command.of("dd", "of=" + file, "conv=excl", "bs=1M", "status=none"));
    }

    private Command settle(String path, FileAttributes attributes) {
        Command mode = Command.of("chmod", attributes.mode(), temporary(path));
        Command rename = Command.of("mv", "-fT", temporary(path), path);
        // a user's files on the own workstation belong to this user
        return link.givesRoot()
                ? Command.of("chown", attributes.owner(), temporary(path)).then(mode).then(rename)
                : mode.then(rename);
    }

    @Override
    public CommandResult stream(Path file, Limited command) {
        try (var bytes = Files.newInputStream(file)) {
            return feed(bytes, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CommandResult feed(InputStream bytes, Limited command) {
        roundTrips.incrementAndGet();
        try (ShellProtocol own = protocol(Link.Use.PASSING)) {
            return own.feed(bytes, command).text();
        } catch (ShellEnded e) {
            if (e.begun() == Begun.YES && link.stands()) {
                return ended(e);
            }
            throw lost("'" + command.command().shown() + "' was being fed", e);
        } catch (IOException e) {
            throw lost("'" + command.command().shown() + "' was being fed", e);
        }
    }

    @Override
    public byte[] get(String path) {
        Command command = Command.of("cat", path);
        var limited = List.of(new Limited(command, SHORT));
        for (int lostLinks = 0; ; lostLinks++) {
            roundTrips.incrementAndGet();
            ShellProtocol lane = facts.open();
            try {
                Answer answer = get(lane.ask(limited).getFirst());
                if (answer.exit() != 0) {
                    throw new CommandFailed(
                            link.host(),
                            command.shown(),
                            answer.exit(),
                            answer.text().err(),
                            "See that %s is a file there.".formatted(path));
                }
                return answer.out();
            } catch (ShellEnded e) {
                facts.discard(lane);
                if (lostLinks > LOST_LINKS) {
                    throw lost(path + " was being read", e);
                }
            }
        }
    }

    @Override
    public int forward(String host, int port) {
        return ports.computeIfAbsent(
                host + " " + port,
                _ -> {
                    try {
                        Listener listener = Listener.onLoopback(() -> link.tcp(host, port));
                        listeners.add(listener);
                        return listener.port();
                    } catch (IOException e) {
                        throw unforwarded(host + ":" + port, e);
                    }
                });
    }

    @Override
    public Path forwardSocket(String remoteSocket, Command relay) {
        return sockets.computeIfAbsent(
                remoteSocket,
                _ -> {
                    try {
                        Listener listener =
                                Listener.onUnixSocket(me.runtime(), () -> far(remoteSocket, relay));
                        listeners.add(listener);
                        return listener.path();
                    } catch (IOException e) {
                        throw unforwarded(remoteSocket, e);
                    }
                });
    }

    private Duplex far(String remoteSocket, Command relay) throws IOException {
        var direct = link.socket(remoteSocket);
        if (direct.isPresent()) {
            return direct.get();
        }
        Shell shell = ShellProtocol.become(link.shell(Link.Use.STANDING), relay);
        // what the relay complains about would stop it once nobody reads it
        Thread.ofPlatform().daemon().name("relay-err").start(() -> drain(shell.errors()));
        return new Duplex(shell.output(), shell.input(), shell::close);
    }

    private static void drain(InputStream errors) {
        try (errors) {
            errors.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // it ends with the relay
        }
    }

    private Unreachable unforwarded(String what, IOException why) {
        return new Unreachable(
                link.host(),
                "no way to %s can be opened on this workstation: %s"
                        .formatted(what, why.getMessage()),
                "See that %s is writable and its path shorter than 70 characters (XDG_RUNTIME_DIR)."
                        .formatted(me.runtime()),
                why);
    }

    @Override
    public Lock lock(String path, String what, String holder) {
        roundTrips.incrementAndGet();
        var lock = new HostLock(link, path, what, holder);
        locks.add(lock);
        return lock;
    }

    @Override
    public int roundTrips() {
        return roundTrips.get();
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
        locks.forEach(HostLock::close);
        facts.close();
        changes.close();
        control.close();
        link.close();
    }
}
