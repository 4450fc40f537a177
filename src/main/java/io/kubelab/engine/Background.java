package io.kubelab.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Work that blocks, on threads of its own, so that whoever waits for it can give it up. */
final class Background {
    private static final Executor VIRTUAL = work -> Thread.ofVirtual().start(work);

    /** libvirt's calls stay in native code and would hold a virtual thread's carrier. */
    private static final Executor PLATFORM =
            work -> Thread.ofPlatform().daemon().name("hypervisor").start(work);

    private Background() {}

    static <T> CompletableFuture<T> start(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, VIRTUAL);
    }

    static CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, VIRTUAL);
    }

    static CompletableFuture<Void> runNative(Runnable work) {
        return CompletableFuture.runAsync(work, PLATFORM);
    }
}
