package io.kubelab.adapter.console;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import java.util.List;

/** Tells several: the terminal and a log, say. */
public record Broadcast(List<Reporter> reporters) implements Reporter {
    @Override
    public void report(RunEvent event) {
        reporters.forEach(reporter -> reporter.report(event));
    }
}
