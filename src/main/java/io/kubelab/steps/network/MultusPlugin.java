package io.kubelab.steps.network;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.bundle.Artifacts.NodeProgram;
import io.kubelab.steps.general.WantedPrograms;
import io.kubelab.steps.general.WantedPrograms.Program;
import java.util.List;

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
        NodeProgram multus = Artifacts.of(target).multus();
        var wanted =
                new WantedPrograms(
                        List.of(
                                new Program(
                                        multus.path(),
                                        multus.file(),
                                        multus.size(),
                                        CniPlugins.time(multus))));
        return Diff.of(wanted.changes(target), PATH + " is what was built");
    }
}
