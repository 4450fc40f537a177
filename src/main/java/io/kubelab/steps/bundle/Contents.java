package io.kubelab.steps.bundle;

import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an artifact's directory holds, written down beside it when it is whole. A directory without
 * such a file is not used.
 */
public record Contents(List<Entry> entries) {
    /** Name of the file in the artifact's directory. */
    static final String FILE = "contents";

    /**
     * @param sha256 lower-case hex
     * @param size in bytes
     * @param path below the directory
     */
    public record Entry(String sha256, long size, String path) {}

    public Contents {
        entries = List.copyOf(entries);
    }

    public Optional<Entry> entry(String path) {
        return entries.stream().filter(e -> e.path().equals(path)).findFirst();
    }

    /** Nothing but these files, in their order here. */
    Contents only(String... paths) {
        return new Contents(
                entries.stream().filter(e -> List.of(paths).contains(e.path())).toList());
    }

    /** The change that makes the directory an artifact. */
    Change written(Path directory) {
        return new Change.WriteLocalFile(directory.resolve(FILE), new Content.Text(text()), "0644");
    }

    String text() {
        return entries.stream()
                .map(e -> "%s %d %s\n".formatted(e.sha256(), e.size(), e.path()))
                .collect(Collectors.joining());
    }

    /**
     * @throws IllegalArgumentException if it is not what {@link #text()} writes
     */
    static Contents parse(String text) {
        return new Contents(
                text.lines()
                        .map(line -> {
                            String[] words = line.split(" ", 3);
                            if (words.length != 3) {
                                throw new IllegalArgumentException(line);
                            }
                            return new Entry(words[0], Long.parseLong(words[1]), words[2]);
                        })
                        .toList());
    }
}
