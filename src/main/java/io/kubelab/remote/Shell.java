package io.kubelab.remote;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalInt;

/**
 * A POSIX {@code sh} that has just been started with root's rights and reads its program from its
 * standard input.
 */
public interface Shell extends AutoCloseable {
    OutputStream input();

    InputStream output();

    InputStream errors();

    /**
     * Its exit status (128 and more: ended by a signal), once it has ended by itself; empty while
     * it runs, and when only the link to it was lost.
     */
    OptionalInt exit();

    /** Closes its streams, which ends an idle shell; a command that it runs may go on. */
    @Override
    void close();
}
