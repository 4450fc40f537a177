package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of {@code bundle/}. */
final class BundleFiles {
    private BundleFiles() {}

    /** Path below the directory → text, sorted. */
    static Map<String, String> below(Path bundle) {
        var texts = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(bundle)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(bundle.relativize(file).toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new InvalidInput(
                    bundle.toString(), "can't be read (%s)".formatted(e.getMessage()));
        }
        return texts;
    }
}
