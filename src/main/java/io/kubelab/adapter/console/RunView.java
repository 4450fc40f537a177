package io.kubelab.adapter.console;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** How a person sees runs: live on a terminal, as plain lines anywhere else. */
public final class RunView implements Reporter, AutoCloseable {
    private final Reporter reporter;
    private final Optional<LiveView> live;

    public RunView(Terminal terminal, Verbosity verbosity) {
        live =
                terminal.isLive()
                        ? Optional.of(
                                new LiveView(terminal, verbosity, InstantSource.system()).start())
                        : Optional.empty();
        reporter =
                live.<Reporter>map(view -> view).orElseGet(() -> new RunText(terminal, verbosity));
    }

    @Override
    public void report(RunEvent event) {
        reporter.report(event);
    }

    /** Keeps still while somebody else talks with the person at the terminal. */
    public <T> T aside(Supplier<T> conversation) {
        return live.map(view -> view.aside(conversation)).orElseGet(conversation);
    }

    @Override
    public void close() {
        live.ifPresent(LiveView::close);
    }
}
