package io.kubelab.adapter.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The terminal that standard input comes from, with every key passed on as it is (termios(3), raw
 * mode) until it is closed, or the program ends.
 */
public final class RawTerminal implements AutoCloseable {
    private final Path device;
    private final String before;
    private final Thread restore = new Thread(this::restore, "restore the terminal");

    /** In characters. */
    public record Size(int columns, int rows) {}

    private RawTerminal(Path device, String before) {
        this.device = device;
        this.before = before;
    }

    /** Empty if standard input is not a terminal. */
    public static Optional<RawTerminal> ofInput() {
        Optional<Path> device = Terminal.device(Path.of("/proc/self/fd/0"));
        return device.map(terminal -> {
            var raw = new RawTerminal(terminal, stty(terminal, "-g"));
            Runtime.getRuntime().addShutdownHook(raw.restore);
            stty(terminal, "raw", "-echo");
            return raw;
        });
    }

    public Size size() {
        String[] rowsAndColumns = stty(device, "size").split(" ");
        return new Size(Integer.parseInt(rowsAndColumns[1]), Integer.parseInt(rowsAndColumns[0]));
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(restore);
    }

    private void restore() {
        stty(device, before);
    }

    private static String stty(Path device, String... settings) {
        var command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(settings));
        try {
            Process stty =
                    new ProcessBuilder(command)
                            .redirectInput(device.toFile())
                            .redirectError(Redirect.DISCARD)
                            .start();
            try (var out = stty.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.US_ASCII).strip();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
