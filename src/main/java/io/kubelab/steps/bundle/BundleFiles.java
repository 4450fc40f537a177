package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of {@code bundle/}: path below it and text.
 *
 * @param home the directory that holds {@code bundle/}
 */
public record BundleFiles(Path home) implements Fact.OfWorkstation<Map<String, String>> {
    @Override
    public Map<String, String> read(Workstation workstation) {
        Path bundle = home.resolve("bundle");
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
