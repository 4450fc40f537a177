package io.kubelab.adapter.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Plays the sites that projects publish at, on the loopback interface: files, and a registry. */
public final class ReleaseSite implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private static final String TOKEN = "everybody's";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Path> files = new ConcurrentHashMap<>();
    private final Map<String, String> redirections = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong cutOnce = new AtomicLong(Long.MAX_VALUE);
    private volatile long cutAlways = Long.MAX_VALUE;
    private volatile Optional<String> realm = Optional.empty();

    public ReleaseSite() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Without a slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * @param path with a slash at its beginning
     */
    public void serve(String path, Path file) {
        files.put(path, file);
    }

    /** An OCI image layout with one image, as a registry serves it. */
    public void serveImage(String repository, Path layout) throws IOException {
        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                for (String kind : List.of("manifests", "blobs")) {
                    serve(
                            "/v2/%s/%s/sha256:%s".formatted(repository, kind, blob.getFileName()),
                            blob);
                }
            }
        }
    }

    void redirect(String path, String url) {
        redirections.put(path, url);
    }

    void answerWith(String path, int status) {
        statuses.put(path, status);
    }

    /** The next answer ends after this many bytes of the file. */
    void cutOnceAt(long position) {
        cutOnce.set(position);
    }

    /** No answer goes beyond this many bytes of the file. */
    void cutAt(long position) {
        cutAlways = position;
    }

    /** What is below /v2/ takes a token, which another path of this site gives to everybody. */
    void wantTokens() {
        realm = Optional.of(url() + "/token");
    }

    /** "GET /name", " bytes=N-" if a part was asked for, " with a token" if one came along. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void forget() {
        requests.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            var asked = exchange.getRequestHeaders();
            Optional<String> range = Optional.ofNullable(asked.getFirst("Range"));
            Optional<String> token = Optional.ofNullable(asked.getFirst("Authorization"));
            requests.add(
                    exchange.getRequestMethod()
                            + " "
                            + path
                            + range.map(r -> " " + r).orElse("")
                            + (token.isPresent() ? " with a token" : ""));
            Path file = files.get(path);
            if (path.equals("/token")) {
                give(exchange, "{\"token\": \"%s\"}".formatted(TOKEN));
            } else if (statuses.containsKey(path)) {
                exchange.sendResponseHeaders(statuses.get(path), -1);
            } else if (path.startsWith("/v2/")
                    && realm.isPresent()
                    && !token.equals(Optional.of("Bearer " + TOKEN))) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer realm=\"%s\",service=\"site\",scope=\"repository:x:pull\""
                                        .formatted(realm.get()));
                exchange.sendResponseHeaders(401, -1);
            } else if (redirections.containsKey(path)) {
                exchange.getResponseHeaders().set("Location", redirections.get(path));
                exchange.sendResponseHeaders(307, -1);
            } else if (file == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                send(exchange, file, range);
            }
        }
    }

    private static void give(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void send(HttpExchange exchange, Path file, Optional<String> range) throws IOException {
        long size = Files.size(file);
        long start = range.map(r -> Long.parseLong(r.replaceAll("bytes=(\\d+)-", "$1"))).orElse(0L);
        if (start >= size && start > 0) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        long end = Math.min(size, Math.min(cutAlways, cutOnce.getAndSet(Long.MAX_VALUE)));
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, size - start);
        OutputStream body = exchange.getResponseBody();
        try (InputStream bytes = Files.newInputStream(file)) {
            bytes.skipNBytes(start);
            byte[] block = new byte[BLOCK];
            for (long at = start; at < end; ) {
                int n = bytes.read(block, 0, (int) Math.min(BLOCK, end - at));
                body.write(block, 0, n);
                at += n;
            }
            body.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
