package io.kubelab.adapter.release;

import java.util.function.Consumer;

/**
 * Tells how far a download is, at each tenth of it or, where nobody knows its size, now and then;
 * of what is small nothing.
 */
final class Progress {
    private static final long MIB = 1 << 20;
    private static final int TENTHS = 10;

    private final String name;
    private final long size;
    private final Consumer<String> lines;
    private long told;

    /**
     * @param size in bytes; negative: unknown
     */
    Progress(String name, long have, long size, Consumer<String> lines) {
        this.name = name;
        this.size = size;
        this.lines = lines;
        this.told = mark(have);
    }

    void have(long bytes) {
        if (mark(bytes) > told && (size < 0 || size >= MIB)) {
            told = mark(bytes);
            lines.accept(
                    size < 0
                            ? "%s: %d MiB".formatted(name, bytes / MIB)
                            : "%s: %d of %d MiB".formatted(name, bytes / MIB, size / MIB));
        }
    }

    private long mark(long bytes) {
        return size > 0 ? bytes * TENTHS / size : bytes / (TENTHS * MIB);
    }
}
