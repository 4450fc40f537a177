package io.kubelab.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever pieces it comes in, and whatever looks like a marker. */
final class FramesTest {
    private static final String MARKER = "\001abc ";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 100_000})
    void cutsAtMarkers(int piece) throws IOException {
        String much = "0123456789\n".repeat(5000);
        assertThat(frames(piece, "one\n\001abc 0\n\001abc 1\n" + much + "\001abc 127\n"))
                .containsExactly("one\n=0", "=1", much + "=127", "=");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void leavesWhatOnlyBeginsLikeOne(int piece) throws IOException {
        assertThat(frames(piece, "\001\001abc\001ab \001\001abc 0\n\001ab"))
                .containsExactly("\001\001abc\001ab \001=0", "\001ab=");
    }

    private static List<String> frames(int piece, String text) throws IOException {
        var frames = new Frames(inPieces(piece, text), MARKER.getBytes(US_ASCII));
        var all = new ArrayList<String>();
        while (true) {
            Frames.Frame frame = frames.next();
            all.add(new String(frame.body(), US_ASCII) + "=" + frame.status().orElse(""));
            if (frame.status().isEmpty()) {
                return all;
            }
        }
    }

    private static InputStream inPieces(int size, String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(size, length));
            }
        };
    }
}
