package io.kubelab.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** What a shell prints, cut at the marker behind each command. */
final class Frames {
    private final InputStream stream;
    private final byte[] marker;

    /** What was read and not yet given out, from 0 to {@code end}. */
    private byte[] bytes = new byte[1 << 13];

    private int end;

    /** The output of one command. */
    static final class Frame {
        private final byte[] body;
        private final Optional<String> status;

        private Frame(byte[] body, Optional<String> status) {
            this.body = body;
            this.status = status;
        }

        /** What precedes the marker; the array is the caller's from now on. */
        byte[] body() {
            return body;
        }

        /** The rest of the marker's line; empty: the stream ended before. */
        Optional<String> status() {
            return status;
        }
    }

    /**
     * @param marker its first byte is nowhere else in it
     */
    Frames(InputStream stream, byte[] marker) {
        this.stream = stream;
        this.marker = marker;
    }

    /** Waits for a whole frame, or for the end of the stream. */
    Frame next() throws IOException {
        int mark = 0;
        while (true) {
            mark = markFrom(mark);
            int status = mark + marker.length;
            for (int i = status; i < end; i++) {
                if (bytes[i] == '\n') {
                    var text = new String(bytes, status, i - status, US_ASCII);
                    return new Frame(take(mark, i + 1), Optional.of(text));
                }
            }
            if (!fill()) {
                return new Frame(take(end, end), Optional.empty());
            }
        }
    }

    /** Where the next marker is, or where one may begin of which the rest has not come. */
    private int markFrom(int start) {
        for (int i = start; i < end; i++) {
            int length = Math.min(marker.length, end - i);
            if (bytes[i] == marker[0] && Arrays.equals(bytes, i, i + length, marker, 0, length)) {
                return i;
            }
        }
        return end;
    }

    /** The first {@code length} bytes, which go together with all that precede {@code rest}. */
    private byte[] take(int length, int rest) {
        byte[] taken = Arrays.copyOf(bytes, length);
        System.arraycopy(bytes, rest, bytes, 0, end - rest);
        end -= rest;
        return taken;
    }

    /** Waits for more; false at the end. */
    private boolean fill() throws IOException {
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int read = stream.read(bytes, end, bytes.length - end);
        end += Math.max(read, 0);
        return read > 0;
    }
}
