package io.kubelab.steps.general;

import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file as a step wants it on the target's place; compared by digest, mode and owner.
 *
 * @param path absolute
 */
public record WantedFile(String path, Content content, FileAttributes attributes) {
    /** What {@link io.kubelab.render.Templates} renders, readable by all. */
    public static WantedFile rendered(Target target, String path, String template, Record model) {
        return new WantedFile(
                path,
                new Content.Text(target.templates().render(template, model)),
                FileAttributes.PUBLIC);
    }

    /** The same in a machine whose root is this directory of the place. */
    public WantedFile below(String root) {
        return new WantedFile(root + path, content, attributes);
    }

    /** Empty if it is as it should be. */
    public List<Change> changes(Target target) {
        return changes(target, List.of(this));
    }

    /** What is missing of several, in one round trip. */
    public static List<Change> changes(Target target, List<WantedFile> files) {
        List<FileState.Found> found =
                target.askAll(files.stream().map(f -> new FileState(f.path())).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < files.size(); i++) {
            files.get(i).change(found.get(i)).ifPresent(changes::add);
        }
        return changes;
    }

    /** A file that only lost its attributes is not written anew: who reads it need not know. */
    public Optional<Change> change(FileState.Found found) {
        if (found.is(content, attributes)) {
            return Optional.empty();
        }
        return Optional.of(
                found.holds(content)
                        ? new Change.SetAttributes(path, attributes)
                        : new Change.PutFile(path, content, attributes));
    }
}
