package io.kubelab.adapter.release;

import static java.net.HttpURLConnection.HTTP_GONE;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_PARTIAL;

import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One file from a URL. It grows under a name of its own, goes on where an earlier attempt ended,
 * and gets its name when it has its digest.
 *
 * @param purpose see {@link Http#get}
 */
record Download(
        Http http,
        URI source,
        Map<String, String> headers,
        String purpose,
        String sha256,
        Path file,
        Consumer<String> progress) {
    private static final int PIECE = 1 << 18;
    private static final int BEYOND_ITS_END = 416;

    /** Of this process; a lock on a file is for other processes. */
    private static final Map<Path, ReentrantLock> IN_USE = new ConcurrentHashMap<>();

    private static final String ELSEWHERE =
            "name a mirror with release_mirrors, or write bundle_source: built, which builds it here.";

    /** Something that the file system may refuse. */
    private interface Work {
        void run() throws IOException;
    }

    void make() {
        ReentrantLock mine = IN_USE.computeIfAbsent(file, _ -> new ReentrantLock());
        mine.lock();
        try {
            onDisk(() -> Files.createDirectories(file.resolveSibling("")));
            onDisk(() -> {
                try (FileChannel lock =
                                FileChannel.open(
                                        file.resolveSibling(file.getFileName() + ".lock"),
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.WRITE);
                        FileLock _ = lock.lock()) {
                    alone();
                }
            });
        } finally {
            mine.unlock();
        }
    }

    private void alone() throws IOException {
        if (Files.exists(file) && sha256(file).equals(sha256)) {
            return;
        }
        Files.deleteIfExists(file);
        boolean resumed = size(part()) > 0;
        String found = received();
        if (!found.equals(sha256) && resumed) {
            // the half was of something else
            Files.deleteIfExists(part());
            found = received();
        }
        if (!found.equals(sha256)) {
            Files.deleteIfExists(part());
            throw new Unreachable(
                    source.toString(),
                    "what it gives has sha256 %s, and %s is pinned; it was not used"
                            .formatted(found, sha256),
                    "Compare with what the project publishes; a pin with a mistake is mended where it is written (release_pins). Else "
                            + ELSEWHERE);
        }
        Files.move(
                part(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path part() {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    /** Goes on after each cut, as long as each attempt brings something; the part's digest. */
    private String received() throws IOException {
        while (true) {
            long before = size(part());
            try {
                receive(before);
                return sha256(part());
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted() || size(part()) <= before) {
                    throw unreachable(before, e);
                }
            }
        }
    }

    private Unreachable unreachable(long before, IOException e) {
        return before > 0
                ? new Unreachable(
                        source.toString(),
                        "the connection ended after %d bytes (%s)".formatted(before, why(e)),
                        "Run the same command again: it goes on from there. Else " + ELSEWHERE,
                        e)
                : new Unreachable(
                        source.toString(),
                        "can't be fetched (%s)".formatted(why(e)),
                        "See that this workstation has a way there; https_proxy is honoured. Else "
                                + ELSEWHERE,
                        e);
    }

    private static String why(IOException e) {
        String kind = e.getClass().getSimpleName();
        return e.getClass() == IOException.class
                ? String.valueOf(e.getMessage())
                : "%s: %s".formatted(kind, e.getMessage());
    }

    private void receive(long before) throws IOException {
        var all = new LinkedHashMap<>(headers);
        if (before > 0) {
            all.put("Range", "bytes=%d-".formatted(before));
        }
        HttpURLConnection answer = http.get(source, all, purpose);
        int status = answer.getResponseCode();
        switch (status) {
            case HTTP_OK, HTTP_PARTIAL -> {
                long start = status == HTTP_PARTIAL ? before : 0;
                try (InputStream body = answer.getInputStream()) {
                    write(body, start, answer.getContentLengthLong());
                }
            }
            // all of it is there, or more than all: its digest tells
            case BEYOND_ITS_END -> {}
            case HTTP_NOT_FOUND, HTTP_GONE ->
                    throw new Unreachable(
                            source.toString(),
                            "there is no such thing there (HTTP status %d)".formatted(status),
                            "See the address where it is pinned (release_pins) and release_mirrors. Else "
                                    + ELSEWHERE);
            default ->
                    throw new Unreachable(
                            source.toString(),
                            "the answer is HTTP status " + status,
                            "Try again later. Else " + ELSEWHERE);
        }
    }

    /**
     * @param length of the body; negative: unknown
     */
    private void write(InputStream body, long start, long length) throws IOException {
        var told = new Progress(name(), start, length < 0 ? -1 : start + length, progress);
        byte[] piece = new byte[PIECE];
        try (FileChannel to =
                FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            onDisk(() -> to.truncate(start).position(start));
            for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                ByteBuffer bytes = ByteBuffer.wrap(piece, 0, n);
                onDisk(() -> {
                    while (bytes.hasRemaining()) {
                        to.write(bytes);
                    }
                });
                told.have(to.position());
            }
        }
    }

    /** A part of an image is called by its repository. */
    private String name() {
        String path = source.getPath();
        return purpose.isEmpty() ? path.substring(path.lastIndexOf('/') + 1) : purpose;
    }

    private void onDisk(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new CommandFailed(
                    "localhost",
                    "write " + file,
                    1,
                    e.toString(),
                    "See that the disk has room and that you may write there, then run the same command again: it goes on.");
        }
    }

    private static long size(Path path) throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }

    private static String sha256(Path path) throws IOException {
        try (InputStream bytes = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[PIECE];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
