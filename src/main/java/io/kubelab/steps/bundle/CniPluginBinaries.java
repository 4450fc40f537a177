package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.ArrayList;

/**
 * The CNI plugins that the setting {@code cni_plugins} names are compiled from their directories.
 *
 * <pre>{@code
 * - cni_plugin_binaries
 * }</pre>
 */
public record CniPluginBinaries() implements Step {
    @Override
    public String title() {
        return "the lab's own CNI plugins are compiled";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        var build = new GoBuild(target, artifacts);
        var changes = new ArrayList<Change>();
        artifacts.ownPlugins().forEach(plugin -> changes.addAll(build.changes(plugin)));
        return Diff.of(changes, artifacts.ownPlugins().size() + " are asked for");
    }
}
