package io.kubelab.world;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;

/** Serves files on the loopback interface, as well or as badly as it is told. */
final class ImageServer implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger serving = new AtomicInteger();

    /** How a response is sent. */
    record Manner(boolean ranges, boolean lengths, long stopsAfter, long pauseMillis) {
        static final Manner WELL = new Manner(true, true, Long.MAX_VALUE, 0);

        /** After this many bytes of the file the connection is closed, each time. */
        Manner stoppingAfter(long bytes) {
            return new Manner(ranges, lengths, bytes, pauseMillis);
        }

        Manner withoutRanges() {
            return new Manner(false, lengths, stopsAfter, pauseMillis);
        }

        Manner withoutLengths() {
            return new Manner(ranges, false, stopsAfter, pauseMillis);
        }

        /** Before every 64 KiB. */
        Manner slowly(long millis) {
            return new Manner(ranges, lengths, stopsAfter, millis);
        }
    }

    private volatile Manner manner = Manner.WELL;
    private final AtomicReference<Optional<Manner>> once = new AtomicReference<>(Optional.empty());

    ImageServer() throws IOException {
        this(HttpServer.create(loopback(), 0));
    }

    private ImageServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    static ImageServer withTls(SSLContext context) throws IOException {
        HttpsServer https = HttpsServer.create(loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return new ImageServer(https);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    String url(String name) {
        return "%s://127.0.0.1:%d/%s"
                .formatted(
                        server instanceof HttpsServer ? "https" : "http",
                        server.getAddress().getPort(),
                        name);
    }

    String serving(String name, byte[] bytes) {
        files.put("/" + name, bytes.clone());
        return url(name);
    }

    void behave(Manner how) {
        manner = how;
    }

    /** The next file that is sent, and no other. */
    void behaveOnce(Manner how) {
        once.set(Optional.of(how));
    }

    /** "GET /name" and, if asked for, " bytes=N-". */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Bytes of bodies so far; forgotten by {@link #forget}. */
    long sent() {
        return sent.get();
    }

    void forget() {
        requests.clear();
        sent.set(0);
    }

    /** Nobody is being answered. */
    boolean isIdle() {
        return serving.get() == 0;
    }

    private void serve(HttpExchange exchange) throws IOException {
        serving.incrementAndGet();
        try {
            answer(exchange);
        } finally {
            serving.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Manner how =
                exchange.getRequestMethod().equals("GET")
                        ? once.getAndSet(Optional.empty()).orElse(manner)
                        : manner;
        String path = exchange.getRequestURI().getPath();
        Optional<String> range =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
        requests.add(exchange.getRequestMethod() + " " + path + range.map(r -> " " + r).orElse(""));
        try (exchange) {
            byte[] file = files.get(path);
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            int start =
                    range.filter(_ -> how.ranges())
                            .map(r -> Integer.parseInt(r.replaceAll("bytes=(\\d+)-", "$1")))
                            .orElse(0);
            if (start > 0 && start >= file.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + file.length);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            if (start > 0) {
                exchange.getResponseHeaders()
                        .set(
                                "Content-Range",
                                "bytes %d-%d/%d".formatted(start, file.length - 1, file.length));
            }
            int status = start > 0 ? 206 : 200;
            if (exchange.getRequestMethod().equals("HEAD")) {
                if (how.lengths()) {
                    exchange.getResponseHeaders()
                            .set("Content-Length", String.valueOf(file.length));
                }
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, how.lengths() ? file.length - start : 0);
            send(exchange.getResponseBody(), file, start, how);
        }
    }

    private void send(OutputStream body, byte[] file, int start, Manner how) throws IOException {
        int end = (int) Math.min(file.length, how.stopsAfter());
        for (int at = start; at < end; at += BLOCK) {
            if (how.pauseMillis() > 0) {
                try {
                    Thread.sleep(how.pauseMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            byte[] block = Arrays.copyOfRange(file, at, Math.min(end, at + BLOCK));
            body.write(block);
            body.flush();
            sent.addAndGet(block.length);
        }
        if (end == file.length) {
            body.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
