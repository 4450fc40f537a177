package io.kubelab.adapter.console;

import io.kubelab.adapter.console.Painter.Ink;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.inventory.Host;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A terminal during a run: the lines of {@link RunText}, and below them what is being done now, per
 * host, painted again and again.
 */
public final class LiveView implements Reporter, AutoCloseable {
    private static final Duration BETWEEN_PICTURES = Duration.ofMillis(100);

    /** What is over sooner is not worth a line that comes and goes. */
    private static final Duration UNSEEN = Duration.ofMillis(300);

    private static final int MOST_ROWS = 12;
    private static final String BRAILLE = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private final Terminal terminal;
    private final Painter painter;
    private final InstantSource clock;
    private final RunText text;
    private final String spinner;
    private final String ellipsis;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> newLines = new ArrayList<>();
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(
                    work -> Thread.ofPlatform().daemon().name("live view").unstarted(work));
    private int painted;
    private int picture;

    /** What a host does in a play. */
    private record Row(Host host, String title, String doing, String output, Instant since) {}

    public LiveView(Terminal terminal, Verbosity verbosity, InstantSource clock) {
        this.terminal = terminal;
        this.painter = terminal.painter();
        this.clock = clock;
        this.text = new RunText(terminal, verbosity, newLines::add);
        this.spinner = terminal.shows(BRAILLE) ? BRAILLE : "|/-\\";
        this.ellipsis = terminal.shows("…") ? "…" : "~";
    }

    /** Begins to paint. */
    public LiveView start() {
        Signals.on("WINCH", terminal::measure);
        var _ =
                ticker.scheduleAtFixedRate(
                        this::tick,
                        BETWEEN_PICTURES.toMillis(),
                        BETWEEN_PICTURES.toMillis(),
                        TimeUnit.MILLISECONDS);
        return this;
    }

    @Override
    public synchronized void report(RunEvent event) {
        text.report(event);
        follow(event);
        if (!newLines.isEmpty()) {
            paint();
        }
    }

    private void follow(RunEvent event) {
        switch (event) {
            case RunEvent.StepStarted e ->
                    rows.put(
                            key(e.play(), e.host()),
                            new Row(e.host(), e.title(), "", "", clock.instant()));
            case RunEvent.StepProgress e ->
                    rows.computeIfPresent(
                            key(e.play(), e.host()),
                            (_, r) -> new Row(r.host(), r.title(), e.doing(), "", r.since()));
            case RunEvent.Output e ->
                    rows.computeIfPresent(
                            key(e.play(), e.host()),
                            (_, r) -> new Row(r.host(), r.title(), r.doing(), e.line(), r.since()));
            case RunEvent.StepDone e -> rows.remove(key(e.play(), e.host()));
            case RunEvent.PlaySkipped e -> rows.remove(key(e.play(), e.host()));
            case RunEvent.RunFinished _ -> rows.clear();
            case RunEvent.RunStarted _,
                    RunEvent.PlayStarted _,
                    RunEvent.PlayDone _,
                    RunEvent.Noticed _ -> {}
        }
    }

    private static String key(String play, Host host) {
        return host + " " + play;
    }

    /** One picture more. */
    synchronized void tick() {
        picture++;
        if (painted > 0 || !rows.isEmpty()) {
            paint();
        }
    }

    /**
     * Takes the picture away, so that somebody else can talk with the person at the terminal, and
     * waits.
     */
    public synchronized <T> T aside(Supplier<T> conversation) {
        erase();
        terminal.stream().flush();
        return conversation.get();
    }

    /** A line that stays, from somebody else. */
    public synchronized void say(String line) {
        newLines.add(line);
        paint();
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        synchronized (this) {
            rows.clear();
            paint();
        }
    }

    private void paint() {
        List<String> now = live();
        var out = new StringBuilder();
        if (painted > 0) {
            out.append("\u001b[").append(painted).append("A\r\u001b[J");
        }
        newLines.forEach(l -> out.append(l).append('\n'));
        newLines.clear();
        now.forEach(l -> out.append(l).append('\n'));
        painted = now.size();
        terminal.stream().print(out);
        terminal.stream().flush();
    }

    private void erase() {
        if (painted > 0) {
            terminal.stream().print("\u001b[" + painted + "A\r\u001b[J");
            painted = 0;
        }
    }

    private List<String> live() {
        Instant now = clock.instant();
        var seen =
                rows.values().stream()
                        .filter(r -> Duration.between(r.since(), now).compareTo(UNSEEN) >= 0)
                        .toList();
        int hostWidth = seen.stream().mapToInt(r -> r.host().name().length()).max().orElse(0);
        var lines = new ArrayList<String>();
        for (Row row : seen) {
            if (lines.size() >= MOST_ROWS) {
                lines.add(painter.paint(Ink.FAINT, "  and others"));
                break;
            }
            lines.add(row(row, hostWidth, Durations.shown(Duration.between(row.since(), now))));
            if (!row.output().isEmpty()) {
                lines.add(
                        painter.paint(
                                Ink.FAINT,
                                cut(
                                        "    " + FailureText.printable(row.output()),
                                        terminal.width() - 1)));
            }
        }
        return lines;
    }

    private String row(Row row, int hostWidth, String time) {
        char mark = spinner.charAt(picture % spinner.length());
        String head = " ".repeat(hostWidth - row.host().name().length());
        head = row.host().name() + head;
        String what =
                row.title()
                        + (row.doing().isEmpty() ? "" : ": " + FailureText.printable(row.doing()));
        int room = terminal.width() - 1 - 2 - head.length() - 2 - 2 - time.length();
        String cut = cut(what, Math.max(0, room));
        return painter.paint(Ink.CHANGED, String.valueOf(mark))
                + " "
                + head
                + "  "
                + cut
                + " ".repeat(Math.max(0, room - cut.length()))
                + "  "
                + painter.paint(Ink.FAINT, time);
    }

    private String cut(String line, int width) {
        return line.length() <= width ? line : line.substring(0, Math.max(0, width - 1)) + ellipsis;
    }
}
