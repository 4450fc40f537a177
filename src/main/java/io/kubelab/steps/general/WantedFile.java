package io.kubelab.steps.general;

import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import java.util.List;

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

    /** Empty if it is as it should be. */
    public List<Change> changes(Target target) {
        return target.ask(new FileState(path)).is(content, attributes)
                ? List.of()
                : List.of(new Change.PutFile(path, content, attributes));
    }
}
