package io.kubelab.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The user's wish to stop, as from Ctrl-C: asked once, the changes that are being made are finished
 * and nothing else is begun; asked twice, the run is left at once, and what runs detached on hosts
 * is found there by the next run.
 */
public final class Cancellation {
    /** How far the wish goes. */
    public enum Stage {
        RUNNING,
        STOPPING,
        LEAVING
    }

    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final CompletableFuture<Void> leaving = new CompletableFuture<>();

    /** Goes one stage further and says which it is now. */
    public synchronized Stage request() {
        if (!stopping.complete(null)) {
            leaving.complete(null);
        }
        return stage();
    }

    public Stage stage() {
        if (leaving.isDone()) {
            return Stage.LEAVING;
        }
        return stopping.isDone() ? Stage.STOPPING : Stage.RUNNING;
    }

    void check() throws Stopped {
        if (stopping.isDone()) {
            throw new Stopped();
        }
    }

    /** The result of work that may be given up at any time, such as reading and waiting. */
    <T> T await(CompletableFuture<T> work) throws Stopped {
        return either(work, stopping);
    }

    /** The result of work that is given up only when it has to be, such as a change. */
    <T> T finish(CompletableFuture<T> work) throws Stopped {
        return either(work, leaving);
    }

    private static <T> T either(CompletableFuture<T> work, CompletableFuture<Void> wish)
            throws Stopped {
        try {
            CompletableFuture.anyOf(work, wish).join();
            if (wish.isDone()) {
                throw new Stopped();
            }
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
