package io.kubelab.adapter.oci;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of the distribution specification that a push needs, on a port of this machine. */
final class LoopbackRegistry implements AutoCloseable {
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/(sha256:[0-9a-f]+)");
    private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/(one)?");
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/(.+)");

    private final HttpServer server;
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private final List<String> uploads = new ArrayList<>();
    private boolean broken;

    LoopbackRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", this::answer);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Digests of the blobs that were sent, in order. */
    synchronized List<String> uploads() {
        return List.copyOf(uploads);
    }

    /** From now on it has an error for whoever asks. */
    synchronized void breakDown() {
        broken = true;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (broken) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            byte[] body = exchange.getRequestBody().readAllBytes();
            Matcher blob = BLOB.matcher(path);
            Matcher upload = UPLOAD.matcher(path);
            Matcher manifest = MANIFEST.matcher(path);
            if (upload.matches()) {
                upload(exchange, upload.group(1), query, body);
            } else if (blob.matches()) {
                give(exchange, blob.group(1) + "@" + blob.group(2));
            } else if (manifest.matches()) {
                String name = manifest.group(1) + ":" + manifest.group(2);
                if (exchange.getRequestMethod().equals("PUT")) {
                    contents.put(name, body);
                    exchange.sendResponseHeaders(201, -1);
                } else {
                    give(exchange, name);
                }
            }
        }
    }

    private void upload(HttpExchange exchange, String repository, String query, byte[] body)
            throws IOException {
        Map<String, String> asked = new ConcurrentHashMap<>();
        for (String pair : query.split("&", -1)) {
            asked.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=?", ""));
        }
        byte[] elsewhere = contents.get(asked.get("from") + "@" + asked.get("mount"));
        if (elsewhere != null) {
            contents.put(repository + "@" + asked.get("mount"), elsewhere);
            exchange.sendResponseHeaders(201, -1);
        } else if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders()
                    .add("Location", "/v2/" + repository + "/blobs/uploads/one");
            exchange.sendResponseHeaders(202, -1);
        } else {
            String digest = sha256(body);
            if (("sha256:" + digest).equals(asked.get("digest"))) {
                contents.put(repository + "@sha256:" + digest, body);
                uploads.add(digest);
                exchange.sendResponseHeaders(201, -1);
            } else {
                exchange.sendResponseHeaders(400, -1);
            }
        }
    }

    private void give(HttpExchange exchange, String name) throws IOException {
        byte[] found = contents.get(name);
        if (found == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().add("Docker-Content-Digest", "sha256:" + sha256(found));
        exchange.getResponseHeaders()
                .add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : found.length);
        if (!head) {
            exchange.getResponseBody().write(found);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
