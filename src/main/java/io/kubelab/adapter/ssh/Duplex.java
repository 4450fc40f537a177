package io.kubelab.adapter.ssh;

import java.io.InputStream;
import java.io.OutputStream;

/** Two directions of bytes, and what ends both. */
record Duplex(InputStream from, OutputStream to, Runnable ending) implements AutoCloseable {
    @Override
    public void close() {
        ending.run();
    }
}
