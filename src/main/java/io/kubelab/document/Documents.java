package io.kubelab.document;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads YAML 1.2 (JSON is a part of it) into {@link Node}s. Duplicate keys, tags and values that
 * YAML 1.1 and 1.2 read differently are problems, not guesses.
 */
public interface Documents {
    /**
     * @throws io.kubelab.failure.InvalidInput for a missing file or bad syntax
     */
    List<Node> read(Path file);

    /**
     * @param name stands in the marks where a file's name would
     */
    List<Node> parse(String name, String text);
}
