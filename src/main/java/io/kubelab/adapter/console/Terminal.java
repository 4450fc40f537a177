package io.kubelab.adapter.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a stream can show: a terminal's lines can be painted and written again, a file's can't.
 * Honours {@code NO_COLOR} (no-color.org) and {@code TERM=dumb}.
 */
public final class Terminal {
    private static final int DEFAULT_WIDTH = 80;

    private final PrintStream stream;
    private final Optional<Path> device;
    private final Painter painter;
    private volatile int width;

    private Terminal(PrintStream stream, Optional<Path> device, Painter painter, int width) {
        this.stream = stream;
        this.device = device;
        this.painter = painter;
        this.width = width;
    }

    /**
     * The terminal that standard error leads to, if it leads to one.
     *
     * @param environment variables of the process
     */
    public static Terminal ofError(PrintStream stream, Map<String, String> environment) {
        return of(stream, device(Path.of("/proc/self/fd/2")), environment);
    }

    /** Without any terminal: for files and tests. */
    public static Terminal none(PrintStream stream) {
        return new Terminal(stream, Optional.empty(), Painter.PLAIN, DEFAULT_WIDTH);
    }

    static Terminal of(PrintStream stream, Optional<Path> device, Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "");
        boolean able = device.isPresent() && !kind.isEmpty() && !kind.equals("dumb");
        boolean coloured = able && environment.getOrDefault("NO_COLOR", "").isEmpty();
        var terminal =
                new Terminal(
                        stream,
                        able ? device : Optional.empty(),
                        coloured ? Painter.ANSI : Painter.PLAIN,
                        number(environment.getOrDefault("COLUMNS", "")).orElse(DEFAULT_WIDTH));
        terminal.measure();
        return terminal;
    }

    /** What an open file of this process is, if it is a terminal (proc_pid_fd(5)). */
    private static Optional<Path> device(Path descriptor) {
        try {
            Path target = Files.readSymbolicLink(descriptor);
            return Optional.of(target)
                    .filter(t ->
                            t.startsWith("/dev/pts")
                                    || t.toString().startsWith("/dev/tty")
                                    || t.equals(Path.of("/dev/console")));
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }

    /** Asks how wide it is now. */
    void measure() {
        if (device.isEmpty()) {
            return;
        }
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(device.get().toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (var out = stty.getInputStream()) {
                String[] rowsAndColumns =
                        new String(out.readAllBytes(), StandardCharsets.US_ASCII)
                                .strip()
                                .split(" ", 2);
                if (rowsAndColumns.length == 2) {
                    width = number(rowsAndColumns[1]).orElse(width);
                }
            }
        } catch (IOException _) {
            // as wide as it was
        }
    }

    private static Optional<Integer> number(String digits) {
        return digits.matches("[1-9][0-9]{0,3}")
                ? Optional.of(Integer.parseInt(digits))
                : Optional.empty();
    }

    /** Whether what was written can be written again. */
    boolean isLive() {
        return device.isPresent();
    }

    public Painter painter() {
        return painter;
    }

    /** In characters. */
    int width() {
        return width;
    }

    PrintStream stream() {
        return stream;
    }

    /** Whether these characters can be shown. */
    boolean shows(String characters) {
        return stream.charset().canEncode() && stream.charset().newEncoder().canEncode(characters);
    }
}
