package io.kubelab.adapter.ssh;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;

/**
 * Bytes as gzip(1) reads them (RFC 1952), compressed while they are read: quickly rather than well,
 * since it is programs that travel so, to machines that are near.
 */
final class Gzip {
    /** Magic number, deflate, no flags, no time, the fastest way, from Unix. */
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 4, 3};

    private static final int BUFFER = 1 << 16;

    private Gzip() {}

    /** To be read to its end, which gives back what the compressor holds. */
    static InputStream of(InputStream plain) {
        var checked = new CheckedInputStream(plain, new CRC32());
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        return new SequenceInputStream(
                new SequenceInputStream(
                        new ByteArrayInputStream(HEAD),
                        new DeflaterInputStream(checked, deflater, BUFFER)),
                new Tail(checked, deflater));
    }

    /** Checksum and length of the plain bytes, which are known when all have been read. */
    private static final class Tail extends InputStream {
        private final CheckedInputStream plain;
        private final Deflater deflater;
        private ByteArrayInputStream left = new ByteArrayInputStream(new byte[0]);
        private boolean made;

        Tail(CheckedInputStream plain, Deflater deflater) {
            this.plain = plain;
            this.deflater = deflater;
        }

        @Override
        public int read() {
            return left().read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return left().read(bytes, offset, length);
        }

        private ByteArrayInputStream left() {
            if (!made) {
                made = true;
                left =
                        new ByteArrayInputStream(
                                ByteBuffer.allocate(2 * Integer.BYTES)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putInt((int) plain.getChecksum().getValue())
                                        .putInt((int) deflater.getBytesRead())
                                        .array());
                deflater.end();
            }
            return left;
        }
    }
}
