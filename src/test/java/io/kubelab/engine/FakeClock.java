package io.kubelab.engine;

import java.time.Duration;
import java.time.Instant;

/** Time passes only when somebody sleeps. */
final class FakeClock implements Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        now = now.plus(duration);
    }

    Duration passed() {
        return Duration.between(Instant.EPOCH, now());
    }
}
