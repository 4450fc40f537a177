package io.kubelab.adapter.ssh;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Sockets that give up soon: an address that nobody has blocks a connect for three seconds.
 *
 * @param attempt how long one address of a host is tried
 */
record Sockets(Duration attempt) implements SocketFactory {
    /** To the first address of the host that answers. */
    @Override
    public Socket createSocket(String host, int port) throws IOException {
        IOException failure = new UnknownHostException(host);
        for (InetAddress address : InetAddress.getAllByName(host)) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), (int) attempt.toMillis());
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
        return socket.getOutputStream();
    }
}
