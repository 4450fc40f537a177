package io.kubelab.engine;

import io.kubelab.engine.Epochs.Scope;
import io.kubelab.engine.FactLoader.FileAt;
import io.kubelab.step.Change;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The files that a preview would have written. What a later step reads of them says nothing of what
 * it will find in the run.
 */
final class Foreseen {
    private final Set<FileAt> files = new HashSet<>();

    synchronized void add(Change change, Scope.Shell shell) {
        if (change instanceof Change.PutFile put) {
            files.add(new FileAt(shell, put.path()));
        }
    }

    /** The path of one of them that would be written. */
    synchronized Optional<String> firstOf(Set<FileAt> read) {
        return read.stream().filter(files::contains).map(FileAt::path).sorted().findFirst();
    }
}
