package io.kubelab.engine;

import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Machines that consist of a set of files. They understand {@code test -e FILE}, {@code touch
 * FILE}, {@code rm FILE}, {@code true}, {@code false} and what a test teaches them; everything else
 * is not there (127).
 */
final class FakeHosts implements Connections {
    private final Map<String, FakeHost> hosts = new ConcurrentHashMap<>();
    private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
    final List<String> forgotten = new ArrayList<>();
    private int attempts;
    private int vainAttempts;

    @Override
    public synchronized Connection to(Host host) {
        attempts++;
        if (unreachable.contains(host.name())) {
            vainAttempts++;
            throw new Unreachable(host.name(), "no route to host", "Switch it on.");
        }
        return of(host.name());
    }

    @Override
    public boolean approach(Host host) {
        return !unreachable.contains(host.name());
    }

    FakeHost of(String name) {
        return hosts.computeIfAbsent(name, _ -> new FakeHost());
    }

    void cutOff(String name) {
        unreachable.add(name);
    }

    void joinAgain(String name) {
        unreachable.remove(name);
    }

    synchronized int attempts() {
        return attempts;
    }

    synchronized int vainAttempts() {
        return vainAttempts;
    }

    @Override
    public synchronized void forget(Host host) {
        forgotten.add(host.name());
    }

    @Override
    public void close() {}

    /** One of the machines. */
    static final class FakeHost implements Connection {
        private final Set<String> files = new HashSet<>();
        private final Map<String, Consumer<FakeHost>> effects = new ConcurrentHashMap<>();
        private final Map<String, String> outputs = new ConcurrentHashMap<>();
        final List<List<String>> asked = new ArrayList<>();
        final List<String> changes = new ArrayList<>();
        private int roundTrips;

        synchronized FakeHost with(String file) {
            files.add(file);
            return this;
        }

        synchronized FakeHost without(String file) {
            files.remove(file);
            return this;
        }

        synchronized boolean has(String file) {
            return files.contains(file);
        }

        /** Teaches a command an effect. */
        FakeHost understands(String command, Consumer<FakeHost> effect) {
            effects.put(command, effect);
            return this;
        }

        FakeHost answers(String command, String output) {
            outputs.put(command, output);
            return this;
        }

        @Override
        public List<CommandResult> ask(List<Limited> commands) {
            synchronized (this) {
                roundTrips++;
                asked.add(commands.stream().map(c -> c.command().script()).toList());
            }
            return commands.stream().map(c -> execute(c.command().script())).toList();
        }

        private CommandResult execute(String script) {
            Optional<Consumer<FakeHost>> taught = Optional.ofNullable(effects.get(script));
            if (taught.isPresent()) {
                synchronized (this) {
                    changes.add(script);
                }
                taught.get().accept(this);
                return new CommandResult(0, "", "");
            }
            synchronized (this) {
                String[] words = script.split(" ");
                return switch (words[0]) {
                    case "test" -> new CommandResult(files.contains(words[2]) ? 0 : 1, "", "");
                    case "touch" -> {
                        changes.add(script);
                        files.add(words[1]);
                        yield new CommandResult(0, "", "");
                    }
                    case "rm" -> {
                        changes.add(script);
                        files.remove(words[words.length - 1]);
                        yield new CommandResult(0, "", "");
                    }
                    case "true" -> new CommandResult(0, "", "");
                    case "false" -> new CommandResult(1, "some output", "an error");
                    case "slow" -> new CommandResult(124, "", "");
                    default ->
                            outputs.containsKey(script)
                                    ? new CommandResult(0, outputs.get(script), "")
                                    : new CommandResult(127, "", words[0] + ": not found");
                };
            }
        }

        @Override
        public CommandResult change(Limited command) {
            return ask(List.of(command)).getFirst();
        }

        @Override
        public CommandResult run(String identity, Limited command, Consumer<String> output) {
            synchronized (this) {
                roundTrips++;
            }
            output.accept("doing " + identity);
            return execute(command.command().script());
        }

        @Override
        public synchronized void put(String path, Content content, FileAttributes attributes) {
            roundTrips++;
            changes.add("put " + path);
            files.add(path);
        }

        @Override
        public CommandResult stream(Path file, Limited command) {
            return execute(command.command().script());
        }

        @Override
        public byte[] get(String path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int forward(String host, int port) {
            return 40000;
        }

        @Override
        public Path forwardSocket(String remoteSocket, Command relay) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Lock lock(String path, String what, String holder) {
            throw new UnsupportedOperationException(path);
        }

        @Override
        public synchronized int roundTrips() {
            return roundTrips;
        }

        @Override
        public void close() {}
    }
}
