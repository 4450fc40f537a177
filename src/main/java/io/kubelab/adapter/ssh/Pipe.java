package io.kubelab.adapter.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes from jsch's reader thread to ours. jsch's own pipe is {@link java.io.PipedInputStream},
 * which breaks when the thread that read last has ended, and looks for bytes once a second.
 */
final class Pipe {
    /** A reader that is behind this far stops the whole session until it has caught up. */
    private static final int CAPACITY = 4 << 20;

    private final Duration silence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = new byte[1 << 13];
    private int start;
    private int length;
    private boolean ended;
    private boolean unread;

    final InputStream from = new From();
    final OutputStream to = new To();

    private void grow(int wanted) {
        if (wanted <= ring.length) {
            return;
        }
        byte[] bigger = new byte[Math.min(CAPACITY, Math.max(wanted, ring.length * 2))];
        copy(bigger, 0, length);
        ring = bigger;
        start = 0;
    }

    private void copy(byte[] target, int offset, int count) {
        int first = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, target, offset, first);
        System.arraycopy(ring, 0, target, offset + first, count - first);
    }

    Pipe() {
        this(Duration.ZERO);
    }

    /**
     * @param silence how long a read waits for bytes before it throws {@link
     *     SocketTimeoutException}, as a socket's does, after which it may be tried again; zero: for
     *     ever
     */
    Pipe(Duration silence) {
        this.silence = silence;
    }

    private void awaitBytes() throws IOException {
        long left = silence.toNanos();
        try {
            while (length == 0 && !ended) {
                if (silence.isZero()) {
                    changed.await();
                } else if (left > 0) {
                    left = changed.awaitNanos(left);
                } else {
                    throw new SocketTimeoutException("nothing was heard");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void awaitRoom() throws IOException {
        try {
            while (length == CAPACITY && !unread) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private final class From extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            if (wanted == 0) {
                return 0;
            }
            lock.lock();
            try {
                awaitBytes();
                if (length == 0) {
                    return -1;
                }
                int count = Math.min(wanted, length);
                copy(target, offset, count);
                start = (start + count) % ring.length;
                length -= count;
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int available() {
            lock.lock();
            try {
                return length;
            } finally {
                lock.unlock();
            }
        }

        /** What still comes is dropped. */
        @Override
        public void close() {
            lock.lock();
            try {
                unread = true;
                ended = true;
                length = 0;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private final class To extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int count) throws IOException {
            lock.lock();
            try {
                int done = 0;
                while (done < count) {
                    awaitRoom();
                    if (unread) {
                        return;
                    }
                    int now = Math.min(count - done, CAPACITY - length);
                    grow(length + now);
                    int at = (start + length) % ring.length;
                    int first = Math.min(now, ring.length - at);
                    System.arraycopy(source, offset + done, ring, at, first);
                    System.arraycopy(source, offset + done + first, ring, 0, now - first);
                    length += now;
                    done += now;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
