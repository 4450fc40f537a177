package io.kubelab.adapter.console;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** How a person sees runs: live on a terminal, as plain lines anywhere else. */
public final class RunView implements Reporter, AutoCloseable {
    private final Terminal terminal;
    private final Reporter reporter;
    private final Optional<LiveView> live;

    public RunView(Terminal terminal, Verbosity verbosity) {
        this.terminal = terminal;
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

    /** A line between those of the run: what Ctrl-C does, say. */
    public void say(String line) {
        live.ifPresentOrElse(view -> view.say(line), () -> terminal.stream().println(line));
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
