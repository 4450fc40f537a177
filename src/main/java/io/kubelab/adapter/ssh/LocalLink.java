package io.kubelab.adapter.ssh;

import io.kubelab.remote.Shell;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** This very machine. */
final class LocalLink implements Link {
    private final String host;
    private final Elevation elevation;
    private final boolean root;
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();

    LocalLink(String host, Elevation elevation, LocalUser user) {
        this.host = host;
        this.elevation = elevation;
        this.root = user.isRoot();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public boolean givesRoot() {
        return root || elevation.elevates();
    }

    @Override
    public Shell shell(Use use) throws IOException {
        return elevation.shell(this::start);
    }

    private Shell start(String commandLine) throws IOException {
        // a session of its own: Ctrl-C at our terminal is ours to judge, and nothing asks there
        Process process =
                new ProcessBuilder("setsid", "/bin/sh", "-c", "exec " + commandLine).start();
        processes.add(process);
        processes.removeIf(p -> !p.isAlive());
        return new Shell() {
            @Override
            public OutputStream input() {
                return process.getOutputStream();
            }

            @Override
            public InputStream output() {
                return process.getInputStream();
            }

            @Override
            public InputStream errors() {
                return process.getErrorStream();
            }

            @Override
            public OptionalInt exit() {
                try {
                    return process.waitFor(1, TimeUnit.SECONDS)
                            ? OptionalInt.of(process.exitValue())
                            : OptionalInt.empty();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return OptionalInt.empty();
                }
            }

            @Override
            public void close() {
                Closing.quietly(process.getOutputStream());
            }
        };
    }

    @Override
    public Duplex tcp(String address, int port) throws IOException {
        Socket socket = new Sockets(Duration.ofSeconds(10)).createSocket(address, port);
        return new Duplex(
                socket.getInputStream(),
                new Ending(socket.getOutputStream(), socket::shutdownOutput),
                () -> Closing.quietly(socket));
    }

    @Override
    public Optional<Duplex> socket(String path) throws IOException {
        if (!root) {
            return Optional.empty();
        }
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return Optional.of(
                new Duplex(
                        Channels.newInputStream(channel),
                        new Ending(Channels.newOutputStream(channel), channel::shutdownOutput),
                        () -> Closing.quietly(channel)));
    }

    /** An output that ends without ending the input as well, as that of a socket would. */
    private static final class Ending extends FilterOutputStream {
        private final HalfClose end;

        interface HalfClose {
            void run() throws IOException;
        }

        Ending(OutputStream bytes, HalfClose end) {
            super(bytes);
            this.end = end;
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            end.run();
        }
    }

    @Override
    public boolean stands() {
        return true;
    }

    @Override
    public void close() {
        for (Process process : processes) {
            Closing.quietly(process.getOutputStream());
        }
    }
}
