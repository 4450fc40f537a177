package io.kubelab.adapter.program;

import io.kubelab.failure.CommandFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program of the workstation, run in the user's place.
 *
 * @param environment variables in addition to our own; a secret belongs in a file that one names
 */
public record UserProgram(Path program, Map<String, String> environment) {
    private static final String WORKSTATION = "localhost";

    /**
     * The first of that name that can be executed.
     *
     * @param path directories, as in {@code PATH}
     */
    public static Optional<Path> find(String name, String path) {
        return Stream.of(path.split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * Runs it with our standard streams and returns its exit status.
     *
     * @param signals makes a signal, by its name without {@code SIG}, do something else: Ctrl-C is
     *     for the program, which shares our terminal
     */
    public int run(List<String> arguments, BiConsumer<String, Runnable> signals) {
        signals.accept("INT", () -> {});
        try {
            return builder(arguments).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw failed(e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Runs it without input.
     *
     * @return what it printed
     * @throws CommandFailed if it doesn't succeed
     */
    public String output(List<String> arguments) {
        try {
            Process process =
                    builder(arguments).redirectInput(Path.of("/dev/null").toFile()).start();
            var errors = new FutureTask<>(() -> text(process.getErrorStream()));
            Thread.ofVirtual().start(errors);
            String said = text(process.getInputStream());
            int status = process.waitFor();
            if (status != 0) {
                throw new CommandFailed(
                        WORKSTATION,
                        program.getFileName() + " " + String.join(" ", arguments),
                        status,
                        errors.get(),
                        "Its output says why.");
            }
            return said;
        } catch (IOException | ExecutionException e) {
            throw failed(e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    /**
     * Starts it in a session of its own, where it outlives us, and waits for its first line of
     * output.
     *
     * @throws CommandFailed if it ends without one
     */
    public String background(List<String> arguments, Path log) {
        var argv = new ArrayList<>(List.of("setsid", "--fork", program.toString()));
        argv.addAll(arguments);
        try {
            var builder = new ProcessBuilder(argv);
            builder.environment().putAll(environment);
            Process process =
                    builder.redirectInput(Path.of("/dev/null").toFile())
                            .redirectError(log.toFile())
                            .start();
            try (var out = process.inputReader(StandardCharsets.UTF_8)) {
                String line = out.readLine();
                if (line == null) {
                    throw failed(Files.readString(log));
                }
                return line;
            }
        } catch (IOException e) {
            throw failed(e.getMessage());
        }
    }

    private ProcessBuilder builder(List<String> arguments) {
        var argv = new ArrayList<>(List.of(program.toString()));
        argv.addAll(arguments);
        var builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        return builder;
    }

    private CommandFailed failed(@Nullable String why) {
        return new CommandFailed(
                WORKSTATION, program.toString(), 1, String.valueOf(why), "Its output says why.");
    }

    private CommandFailed interrupted() {
        Thread.currentThread().interrupt();
        return failed("interrupted");
    }
}
