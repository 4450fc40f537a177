package io.kubelab.steps.node;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.WantedPrograms;
import io.kubelab.steps.general.WantedPrograms.Program;
import java.util.List;

/**
 * kubeadm, kubelet, kubectl, containerd, crictl and the CNI plugins of the bundle.
 *
 * <pre>{@code
 * - node_programs
 * }</pre>
 */
public record NodePrograms() implements Step {
    @Override
    public String title() {
        return "the node's programs are the bundle's";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        long time = artifacts.nodeProgramsTime();
        List<Program> programs =
                artifacts.nodePrograms().stream()
                        .map(p -> new Program(p.path(), p.file(), p.size(), time))
                        .toList();
        return Diff.of(
                new WantedPrograms(programs).changes(target), programs.size() + " are there");
    }
}
