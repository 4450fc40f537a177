package io.kubelab.failure;

import java.time.Duration;

/** What was waited for did not happen within its patience. */
public final class TimedOut extends LabException {
    private static final long serialVersionUID = 1;

    private final String evidence;

    public TimedOut(
            String host, String awaited, Duration patience, String evidence, String remedy) {
        super("%s: waited %d s for %s".formatted(host, patience.toSeconds(), awaited), remedy);
        this.evidence = evidence;
    }

    @Override
    public String evidence() {
        return evidence;
    }
}
