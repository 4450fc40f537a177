package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cache holds what {@code bundle/} says now and nothing else: no compilers' caches, no
 * leftovers of builds that were cut off, no artifacts of other versions.
 *
 * <pre>{@code
 * - pruned_cache
 * }</pre>
 */
public record PrunedCache() implements Step {
    @Override
    public String title() {
        return "the cache holds current artifacts only";
    }

    @Override
    public Diff diff(Target target) {
        Set<Path> current =
                Artifacts.of(target).slots().stream()
                        .map(Slot::directory)
                        .collect(Collectors.toSet());
        return Diff.of(
                target.ask(new CachedDirectories(target.lab().places().cache())).stream()
                        .filter(directory -> !current.contains(directory))
                        .<Change>map(Change.RemoveLocalFile::new)
                        .toList(),
                "%d artifacts are in use".formatted(current.size()));
    }
}
