package io.kubelab.adapter.ssh;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The user's own {@code ProxyCommand}: a program whose standard streams lead to the host. */
final class ProxyCommand implements Proxy {
    private final SshConfig config;
    private @Nullable Process process;

    ProxyCommand(SshConfig config) {
        this.config = config;
    }

    @Override
    public void connect(@Nullable SocketFactory sockets, String address, int port, int timeout)
            throws IOException {
        String command =
                config.proxyCommand()
                        .replace("%%", "\0")
                        .replace("%h", config.address())
                        .replace("%p", Integer.toString(config.port()))
                        .replace("%r", config.user())
                        .replace("\0", "%");
        process =
                new ProcessBuilder("/bin/sh", "-c", "exec " + command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not connected");
        }
        return process;
    }

    @Override
    public InputStream getInputStream() {
        return running().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return running().getOutputStream();
    }

    @Override
    public @Nullable Socket getSocket() {
        return null;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
        }
    }
}
