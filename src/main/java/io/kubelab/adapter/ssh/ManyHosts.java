package io.kubelab.adapter.ssh;

import io.kubelab.failure.LabException;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One command on several hosts at once, as their login users, without input. */
public final class ManyHosts {
    private static final long LOST_STATUS_MILLIS = 2_000;

    private final HostConnections connections;
    private final LocalUser me;
    private final Lines lines;

    /** Hears every line, by many threads at once. */
    public interface Lines {
        void out(Host host, String line);

        void err(Host host, String line);
    }

    /** How it ended on a host. */
    public sealed interface End {
        /**
         * @param status exit status; empty if a signal ended it
         */
        record Ended(OptionalInt status) implements End {}

        record Failed(LabException failure) implements End {}
    }

    public ManyHosts(HostConnections connections, LocalUser me, Lines lines) {
        this.connections = connections;
        this.me = me;
        this.lines = lines;
    }

    /**
     * Runs it and waits for all.
     *
     * @param commandLine for each host's login shell
     * @return in the order of the hosts
     */
    public Map<Host, End> run(List<Host> hosts, String commandLine) {
        Map<Host, CompletableFuture<End>> running = new LinkedHashMap<>();
        for (Host host : hosts) {
            running.put(
                    host,
                    CompletableFuture.supplyAsync(
                            () -> end(host, commandLine), task -> Thread.ofVirtual().start(task)));
        }
        Map<Host, End> ends = new LinkedHashMap<>();
        running.forEach((host, end) -> ends.put(host, end.join()));
        return ends;
    }

    private End end(Host host, String commandLine) {
        try {
            return new End.Ended(
                    switch (host.access()) {
                        case Access.Local() -> here(host, commandLine);
                        case Access.Ssh _ -> there(host, commandLine);
                    });
        } catch (LabException e) {
            return new End.Failed(e);
        } catch (InterruptedException | IOException e) {
            return new End.Failed(
                    new Unreachable(
                            host.name(),
                            "the session broke: " + e.getMessage(),
                            "Run the same command again.",
                            e));
        }
    }

    private OptionalInt here(Host host, String commandLine)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                me.variables().getOrDefault("SHELL", "/bin/sh"), "-c", commandLine)
                        .directory(me.home().toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        pass(host, process.getInputStream(), process.getErrorStream());
        return OptionalInt.of(process.waitFor());
    }

    private OptionalInt there(Host host, String commandLine)
            throws IOException, InterruptedException {
        try (SshLogin login = connections.login(host)) {
            SshSession.Exec exec = SshSession.exec(login.session(), commandLine);
            exec.streams().to().close();
            pass(host, exec.streams().from(), exec.errors());
            var never = new CountDownLatch(1);
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOST_STATUS_MILLIS);
            while (!exec.channel().isClosed()
                    && System.nanoTime() < deadline
                    && !never.await(5, TimeUnit.MILLISECONDS)) {}
            int status = exec.channel().getExitStatus();
            if (status < 0 && exec.channel().getExitSignal() == null) {
                throw new IOException("the connection was lost");
            }
            return status < 0 ? OptionalInt.empty() : OptionalInt.of(status);
        }
    }

    private void pass(Host host, InputStream out, InputStream err) {
        CompletableFuture<Void> errors =
                CompletableFuture.runAsync(
                        () -> read(err, line -> lines.err(host, line)),
                        task -> Thread.ofVirtual().start(task));
        read(out, line -> lines.out(host, line));
        try {
            errors.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void read(InputStream stream, Consumer<String> line) {
        try (var reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(line);
        } catch (IOException e) {
            // closing what was read to its end
        }
    }
}
