package io.kubelab.steps.node;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.general.WantedPrograms;
import io.kubelab.steps.general.WantedPrograms.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * kubeadm, kubelet, kubectl, containerd, crictl and the CNI plugins of the bundle; without those
 * that are packages ({@code binary_install: false}).
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
                        .filter(p -> !KubernetesPackages.standFor(target, p.path()))
                        .map(p -> new Program(p.path(), p.file(), p.size(), time))
                        .toList();
        List<Change> changes = new ArrayList<>(new WantedPrograms(programs).changes(target));
        changes.addAll(inFrontOfPackages(target, artifacts));
        return Diff.of(changes, programs.size() + " are there");
    }

    /** A shell would find them first. */
    private static List<Change> inFrontOfPackages(Target target, Artifacts artifacts) {
        List<String> paths =
                artifacts.nodePrograms().stream()
                        .map(Artifacts.NodeProgram::path)
                        .filter(path -> KubernetesPackages.standFor(target, path))
                        .toList();
        if (paths.isEmpty()) {
            return List.of();
        }
        List<FileState.Found> found = target.askAll(paths.stream().map(FileState::new).toList());
        return paths.stream()
                .filter(path -> !(found.get(paths.indexOf(path)) instanceof FileState.Found.Absent))
                .<Change>map(Change.Remove::new)
                .toList();
    }
}
