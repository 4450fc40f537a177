package io.kubelab.steps.network;

import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.WantedFile;

/**
 * The Multus that this workstation compiled lies among the node's CNI plugins.
 *
 * <pre>{@code
 * - multus_plugin
 * }</pre>
 */
public record MultusPlugin() implements Step {
    static final String PATH = "/opt/cni/bin/multus";

    @Override
    public String title() {
        return "Multus is a CNI plugin of the node";
    }

    @Override
    public Diff diff(Target target) {
        var plugin = new WantedFile(PATH, Artifacts.of(target).multus(), FileAttributes.PROGRAM);
        return Diff.of(plugin.changes(target), PATH + " is what was built");
    }
}
