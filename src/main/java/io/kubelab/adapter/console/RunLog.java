package io.kubelab.adapter.console;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that is told of a run, every change and every line of output with its time (UTC), in a file
 * that only its owner may read. Secrets are masked as everywhere: events don't hold them.
 */
public final class RunLog implements Reporter, AutoCloseable {
    /** So many are kept of a lab. */
    private static final int KEPT = 30;

    private static final String ENDING = ".log";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LINE =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private final Path file;
    private final PrintStream stream;
    private final RunText text;

    private RunLog(Path file, PrintStream stream, InstantSource clock) {
        this.file = file;
        this.stream = stream;
        this.text =
                new RunText(
                        Terminal.none(stream),
                        Verbosity.VERBOSE,
                        line -> stream.println(LINE.format(clock.instant()) + "  " + line));
    }

    /**
     * Begins a log, and removes the oldest ones if there are too many.
     *
     * @param directory of the lab's logs
     * @param run what its name ends with
     */
    public static RunLog begin(Path directory, String run, InstantSource clock) throws IOException {
        Files.createDirectories(directory, only("rwx------"));
        Path file =
                Files.createFile(
                        directory.resolve(NAME.format(clock.instant()) + "-" + run + ENDING),
                        only("rw-------"));
        List<Path> all = all(directory);
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
        return new RunLog(
                file,
                new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8),
                clock);
    }

    private static FileAttribute<?> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** The last one that was begun. */
    public static Optional<Path> latest(Path directory) throws IOException {
        List<Path> all = all(directory);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private static List<Path> all(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(ENDING))
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
        }
    }

    public Path file() {
        return file;
    }

    @Override
    public void report(RunEvent event) {
        text.report(event);
    }

    /** Where a defect comes from. */
    public void defect(RuntimeException cause) {
        cause.printStackTrace(stream);
    }

    @Override
    public void close() {
        stream.close();
    }
}
