package io.kubelab.steps.machines;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalEntries;
import java.nio.file.Path;

/**
 * The workstation has forgotten the lab: its uuid and the files that it was described by.
 *
 * <pre>{@code
 * - lab_memory_absent
 * }</pre>
 */
public record LabMemoryAbsent() implements Step {
    @Override
    public String title() {
        return "the workstation has forgotten the lab";
    }

    @Override
    public Diff diff(Target target) {
        Path state = target.lab().places().state();
        return target.ask(new LocalEntries(state)).isEmpty()
                ? Diff.inOrder("there is nothing in " + state)
                : Diff.needs(new Change.RemoveLocalFile(state));
    }
}
