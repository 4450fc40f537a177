package io.kubelab.steps.bundle;

import io.kubelab.step.Fact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every directory of the cache that can be removed by itself. */
public record CachedDirectories(Path cache) implements Fact.OfWorkstation<List<Path>> {
    @Override
    public List<Path> read(Workstation workstation) {
        var all = new ArrayList<Path>();
        for (Kind kind : Kind.values()) {
            all.addAll(StoredArtifacts.directories(cache.resolve(kind.directory())));
        }
        for (Path other : List.of(Slot.temporaries(cache), Slot.compilerCaches(cache))) {
            if (Files.isDirectory(other)) {
                all.add(other);
            }
        }
        return all;
    }
}
