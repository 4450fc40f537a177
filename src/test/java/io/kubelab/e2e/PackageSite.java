package io.kubelab.e2e;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Repositories of Kubernetes' packages ({@code kubernetes-repository.sh}), and who serves them. */
final class PackageSite implements AutoCloseable {
    /** The lab's, as it is without being asked for. */
    static final String VERSION = version();

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path directory;
    private final HttpServer server;

    /**
     * @param directory empty
     * @param address of this machine
     * @param made of the script, behind the directory
     */
    PackageSite(Path directory, String address, String... made) throws IOException {
        this.directory = directory;
        var words =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "src/test/resources/e2e/kubernetes-repository.sh",
                                directory.toString()));
        words.addAll(List.of(made));
        Ran.run(LIMIT, words.toArray(String[]::new)).succeeds();
        server =
                SimpleFileServer.createFileServer(
                        new InetSocketAddress(address, 0),
                        directory,
                        SimpleFileServer.OutputLevel.NONE);
        server.start();
    }

    String url(String repository) {
        return "http://%s:%d/%s"
                .formatted(
                        server.getAddress().getHostString(),
                        server.getAddress().getPort(),
                        repository);
    }

    /** The file with the key of 'vendor' or 'somebody'. */
    String key(String owner) {
        return directory.resolve(owner + ".asc").toString();
    }

    String fingerprint(String owner) {
        return Ran.run(
                        LIMIT,
                        "gpg",
                        "--homedir",
                        directory.resolve("keys").toString(),
                        "--batch",
                        "--with-colons",
                        "--list-keys",
                        owner + "@example.org")
                .succeeds()
                .out()
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":", -1)[9])
                .findFirst()
                .orElseThrow();
    }

    private static String version() {
        try (var lines = Files.lines(Path.of("inventory/group_vars/all.yml"))) {
            return lines.filter(line -> line.startsWith("kube_version: "))
                    .findFirst()
                    .orElseThrow()
                    .substring("kube_version: ".length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
