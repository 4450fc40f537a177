package io.kubelab.adapter.console;

import io.kubelab.remote.Content;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Questions to the person at the controlling terminal, wherever the standard streams lead to
 * (tty(4)).
 */
public final class Prompt {
    private final Path terminal;

    private Prompt(Path terminal) {
        this.terminal = terminal;
    }

    /** Empty if nobody is there. */
    public static Optional<Prompt> ofTerminal() {
        Path terminal = Path.of("/dev/tty");
        try (var _ = Files.newOutputStream(terminal, StandardOpenOption.WRITE)) {
            return Optional.of(new Prompt(terminal));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The answer, without spaces around it; empty if there was none. */
    public String line(String question) {
        try (var out =
                        new PrintStream(
                                Files.newOutputStream(terminal, StandardOpenOption.WRITE),
                                true,
                                StandardCharsets.UTF_8);
                BufferedReader in = Files.newBufferedReader(terminal)) {
            out.print(question);
            return Optional.ofNullable(in.readLine()).orElse("").strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, but what is typed is not shown. */
    public Content.Secret secret(String question) {
        var restore = new Thread(() -> stty("echo"), "restore the terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        stty("-echo");
        try {
            return new Content.Secret(line(question));
        } finally {
            stty("echo");
            Runtime.getRuntime().removeShutdownHook(restore);
            print("\n");
        }
    }

    private void print(String text) {
        try {
            Files.writeString(terminal, text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stty(String setting) {
        try {
            int status =
                    new ProcessBuilder("stty", setting)
                            .redirectInput(terminal.toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new IllegalStateException("stty " + setting + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
