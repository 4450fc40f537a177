package io.kubelab.engine;

import java.time.Duration;
import java.time.Instant;

/** Time as the engine sees it. */
public interface Clock {
    /** Never goes back. */
    Instant now();

    void sleep(Duration duration) throws InterruptedException;

    /** The machine's own, untouched by corrections of its calendar time. */
    static Clock system() {
        Instant start = Instant.now();
        long origin = System.nanoTime();
        return new Clock() {
            @Override
            public Instant now() {
                return start.plusNanos(System.nanoTime() - origin);
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                Thread.sleep(duration);
            }
        };
    }
}
