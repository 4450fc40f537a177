package io.kubelab.adapter.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes connections on this workstation and leads each to the other side: a loopback TCP port, or a
 * unix socket in a directory that only its owner may enter.
 */
final class Listener implements AutoCloseable {
    private static final String PREFIX = "kubelab-";
    private static final String SOCKET = "socket";

    private final ServerSocketChannel server;
    private final Far far;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    /** Makes the other side of a connection. */
    interface Far {
        Duplex connect() throws IOException;
    }

    private Listener(ServerSocketChannel server, Far far) {
        this.server = server;
        this.far = far;
        Thread.ofVirtual().name("forward").start(this::accept);
    }

    static Listener onLoopback(Far far) throws IOException {
        return onLoopback(0, far);
    }

    /**
     * @param port 0: any that is free
     */
    static Listener onLoopback(int port, Far far) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return new Listener(server, far);
    }

    /**
     * Takes away first what killed processes left there.
     *
     * @param where a directory of this user; its path must be short, as a socket's must be
     */
    static Listener onUnixSocket(Path where, Far far) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(where, PREFIX + "*")) {
            for (Path directory : left) {
                if (isDeaf(directory.resolve(SOCKET))) {
                    remove(directory.resolve(SOCKET));
                }
            }
        }
        Path directory =
                Files.createTempDirectory(
                        where,
                        PREFIX,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve(SOCKET)));
        return new Listener(server, far);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    Path path() throws IOException {
        return ((UnixDomainSocketAddress) server.getLocalAddress()).getPath();
    }

    /** Whether nobody is connected now. */
    boolean isIdle() {
        return open.isEmpty();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel near = server.accept();
                Thread.ofVirtual().name("forward").start(() -> join(near));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void join(SocketChannel near) {
        open.add(near);
        try (near) {
            if (near.getLocalAddress() instanceof InetSocketAddress) {
                near.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            try (Duplex there = far.connect()) {
                open.add(there);
                Thread back =
                        Thread.ofVirtual()
                                .name("forward-back")
                                .start(() -> {
                                    copy(there.from(), Channels.newOutputStream(near));
                                    endOutput(near);
                                });
                copy(Channels.newInputStream(near), there.to());
                there.to().close();
                back.join();
                open.remove(there);
            }
        } catch (IOException | RuntimeException e) {
            // the near side sees its connection closed, which is all that TCP can say
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(near);
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] bytes = new byte[1 << 15];
        try {
            for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
                to.write(bytes, 0, count);
                to.flush();
            }
        } catch (IOException e) {
            // one side has gone; the caller closes the other
        }
    }

    private static void endOutput(SocketChannel near) {
        try {
            near.shutdownOutput();
        } catch (IOException e) {
            // it has gone
        }
    }

    @Override
    public void close() {
        SocketAddress address = null;
        try {
            address = server.getLocalAddress();
        } catch (IOException e) {
            // closed already
        }
        Closing.quietly(server);
        open.forEach(Closing::quietly);
        if (address instanceof UnixDomainSocketAddress unix) {
            remove(unix.getPath());
        }
    }

    /** Whether there is a socket that nobody listens on. */
    private static boolean isDeaf(Path socket) {
        if (Files.notExists(socket)) {
            return false;
        }
        try (var attempt = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return !attempt.isConnected();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
        } catch (IOException e) {
            // an empty directory of ours stays in a directory for such things
        }
    }
}
