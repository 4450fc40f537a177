package io.kubelab.adapter.console;

import java.time.Duration;
import java.util.Locale;

/** Durations as people say them. */
final class Durations {
    private Durations() {}

    /** {@code 0.3 s}, {@code 41 s}, {@code 3 min 12 s}. */
    static String shown(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        return seconds < 60 ? seconds + " s" : "%d min %d s".formatted(seconds / 60, seconds % 60);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
