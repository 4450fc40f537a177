package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelShell;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A person at a host, as its login user: {@code kubelab ssh HOST [-- COMMAND]}. On a terminal the
 * host gets one as well, with this one's type and size, and every key goes there, Ctrl-C too; off
 * it the streams are passed through as they are.
 */
public final class Terminal {
    /** What ssh(1) answers when it has no status of the command. */
    private static final int NO_STATUS = 255;

    private static final int LOST_STATUS_MILLIS = 2_000;

    private final HostConnections connections;
    private final LocalUser me;
    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;
    private final BiConsumer<String, Runnable> signals;

    /**
     * @param in the process's standard input, of which nothing was read yet
     * @param signals makes a signal, by its name without {@code SIG}, do something instead of its
     *     default
     */
    public Terminal(
            HostConnections connections,
            LocalUser me,
            InputStream in,
            OutputStream out,
            OutputStream err,
            BiConsumer<String, Runnable> signals) {
        this.connections = connections;
        this.me = me;
        this.in = in;
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    /**
     * Logs in and stays until the other side ends.
     *
     * @param command empty: the login shell; else what that shell runs, its words joined by spaces
     *     as ssh(1) does
     * @return the exit status of the command or the shell; 255 if a signal ended it
     * @throws Unreachable if there is no way in, or it breaks
     */
    public int at(Host host, List<String> command) {
        try {
            return switch (host.access()) {
                case Access.Local() -> here(command);
                case Access.Ssh _ -> there(host, String.join(" ", command));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NO_STATUS;
        } catch (JSchException | IOException e) {
            throw new Unreachable(
                    host.name(),
                    "the session broke: " + e.getMessage(),
                    "Run the same command again.",
                    e);
        }
    }

    private int here(List<String> command) throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of(me.variables().getOrDefault("SHELL", "/bin/sh")));
        if (command.isEmpty()) {
            argv.add("-l");
        } else {
            argv.addAll(List.of("-c", String.join(" ", command)));
        }
        // it is for the shell, which shares our terminal
        signals.accept("INT", () -> {});
        return new ProcessBuilder(argv).directory(me.home().toFile()).inheritIO().start().waitFor();
    }

    private int there(Host host, String commandLine)
            throws JSchException, IOException, InterruptedException {
        Optional<Stty> terminal = Stty.ofStandardStreams();
        try (SshLogin login = connections.login(host)) {
            Session session = login.session();
            return terminal.isPresent()
                    ? onTerminal(session, commandLine, terminal.get())
                    : piped(session, commandLine);
        }
    }

    private int onTerminal(Session session, String commandLine, Stty terminal)
            throws JSchException, IOException, InterruptedException {
        var restore = new Thread(terminal::restore, "restore the terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            terminal.raw();
            return commandLine.isEmpty()
                    ? shell(session, terminal)
                    : exec(session, commandLine, Optional.of(terminal));
        } finally {
            terminal.restore();
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    private int piped(Session session, String commandLine)
            throws JSchException, IOException, InterruptedException {
        if (commandLine.isEmpty()) {
            var channel = SshSession.channel(session, "shell", ChannelShell.class);
            channel.setPty(false);
            var errors = new Pipe();
            channel.setExtOutputStream(errors.to);
            return attend(new Opened(channel, errors.from));
        }
        return exec(session, commandLine, Optional.empty());
    }

    private int shell(Session session, Stty terminal)
            throws JSchException, IOException, InterruptedException {
        var channel = SshSession.channel(session, "shell", ChannelShell.class);
        Stty.Size size = terminal.size();
        channel.setPty(true);
        channel.setPtyType(type(), size.columns(), size.rows(), 0, 0);
        signals.accept(
                "WINCH",
                () -> {
                    Stty.Size now = terminal.size();
                    channel.setPtySize(now.columns(), now.rows(), 0, 0);
                });
        return attend(new Opened(channel, InputStream.nullInputStream()));
    }

    private int exec(Session session, String commandLine, Optional<Stty> terminal)
            throws JSchException, IOException, InterruptedException {
        var channel = SshSession.channel(session, "exec", ChannelExec.class);
        channel.setCommand(commandLine);
        if (terminal.isPresent()) {
            Stty.Size size = terminal.get().size();
            channel.setPty(true);
            channel.setPtyType(type(), size.columns(), size.rows(), 0, 0);
            signals.accept(
                    "WINCH",
                    () -> {
                        Stty.Size now = terminal.get().size();
                        channel.setPtySize(now.columns(), now.rows(), 0, 0);
                    });
        }
        var errors = new Pipe();
        channel.setErrStream(errors.to);
        return attend(new Opened(channel, errors.from));
    }

    private String type() {
        return me.variables().getOrDefault("TERM", "dumb");
    }

    /** A channel that is not connected yet. */
    private record Opened(com.jcraft.jsch.Channel channel, InputStream errors) {}

    private int attend(Opened opened) throws IOException, InterruptedException {
        var channel = opened.channel();
        try (Duplex streams = SshSession.connect(channel, SshSession.UNTIL_LOST)) {
            // a read of the terminal can't be ended: this thread ends with the program
            Thread.ofPlatform().daemon().name("keyboard").start(() -> pass(in, streams.to()));
            Thread screen =
                    Thread.ofPlatform().name("screen").start(() -> show(streams.from(), out));
            Thread errors =
                    Thread.ofPlatform().name("errors").start(() -> show(opened.errors(), err));
            screen.join();
            errors.join();
            var closed = new CountDownLatch(1);
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOST_STATUS_MILLIS);
            while (!channel.isClosed()
                    && System.nanoTime() < deadline
                    && !closed.await(5, TimeUnit.MILLISECONDS)) {}
            int status = channel.getExitStatus();
            if (status < 0 && channel.getExitSignal() == null) {
                throw new IOException("the connection was lost");
            }
            return status < 0 ? NO_STATUS : status;
        }
    }

    private static void pass(InputStream from, OutputStream to) {
        try (to) {
            copy(from, to);
        } catch (IOException e) {
            // the other side has gone, which the screen's thread sees
        }
    }

    private static void show(InputStream from, OutputStream to) {
        try {
            copy(from, to);
        } catch (IOException e) {
            // nobody reads us any more; the other side is read to its end all the same
            try {
                from.transferTo(OutputStream.nullOutputStream());
            } catch (IOException end) {
                // it ends
            }
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] bytes = new byte[1 << 14];
        for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
            to.write(bytes, 0, count);
            to.flush();
        }
    }

    /** The terminal that is our standard input and output (stty(1)). */
    private record Stty(String saved) {
        /** Rows and columns of characters. */
        record Size(int rows, int columns) {}

        /** Empty if one of them is something else. */
        static Optional<Stty> ofStandardStreams() throws IOException, InterruptedException {
            boolean screen =
                    new ProcessBuilder("test", "-t", "1").inheritIO().start().waitFor() == 0;
            String saved = screen ? stty("-g") : "";
            return saved.isEmpty() ? Optional.empty() : Optional.of(new Stty(saved));
        }

        void raw() throws IOException, InterruptedException {
            var _ = stty("raw", "-echo");
        }

        void restore() {
            try {
                var _ = stty(saved);
            } catch (IOException e) {
                // there is no terminal any more
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        Size size() {
            try {
                String[] size = stty("size").split(" ", -1);
                if (size.length == 2 && !"0".equals(size[0])) {
                    return new Size(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
                }
            } catch (IOException e) {
                // as if it had not told
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Size(24, 80);
        }

        private static String stty(String... arguments) throws IOException, InterruptedException {
            var argv = new ArrayList<>(List.of("stty"));
            argv.addAll(List.of(arguments));
            Process stty =
                    new ProcessBuilder(argv)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said = new String(stty.getInputStream().readAllBytes(), UTF_8).strip();
            return stty.waitFor() == 0 ? said : "";
        }
    }
}
