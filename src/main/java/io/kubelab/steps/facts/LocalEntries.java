package io.kubelab.steps.facts;

import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The names in a directory of the workstation; none if there is no such directory. */
public record LocalEntries(Path directory) implements Fact.OfWorkstation<Set<String>> {
    @Override
    public Set<String> read(Workstation workstation) {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.map(e -> e.getFileName().toString())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
