package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTest {
    @TempDir Path where;

    @Test
    void whatAKilledProcessLeftIsTakenAway() throws IOException {
        Path ofOthers = Files.createDirectory(where.resolve("kubelab-image-1"));
        Path file = Files.createFile(where.resolve("kubelab-notes"));
        Path left = Files.createDirectory(where.resolve("kubelab-4711"));
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(left.resolve("socket")));
        }
        assertThat(left.resolve("socket")).as("closing removes no file").exists();

        try (Listener alive = listener();
                Listener next = listener()) {
            assertThat(entries())
                    .containsExactlyInAnyOrder(
                            ofOthers, file, alive.path().getParent(), next.path().getParent());
        }
        assertThat(entries()).containsExactlyInAnyOrder(ofOthers, file);
    }

    private Listener listener() throws IOException {
        return Listener.onUnixSocket(
                where,
                () -> {
                    throw new IOException("nobody is meant to be called");
                });
    }

    private Path[] entries() throws IOException {
        try (Stream<Path> entries = Files.list(where)) {
            return entries.toArray(Path[]::new);
        }
    }
}
