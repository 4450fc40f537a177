package io.kubelab.steps.network;

import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.WantedFile;
import java.util.List;

/**
 * The CNI plugins that the setting {@code cni_plugins} names lie among the node's, in the place of
 * the bundle's where they have the same name.
 *
 * <pre>{@code
 * - cni_plugins
 * }</pre>
 */
public record CniPlugins() implements Step {
    @Override
    public String title() {
        return "the lab's own CNI plugins are the node's";
    }

    @Override
    public Diff diff(Target target) {
        List<WantedFile> files =
                Artifacts.of(target).ownPluginFiles().stream()
                        .map(p -> new WantedFile(p.path(), p.file(), FileAttributes.PROGRAM))
                        .toList();
        return Diff.of(WantedFile.changes(target, files), files.size() + " are what was compiled");
    }
}
