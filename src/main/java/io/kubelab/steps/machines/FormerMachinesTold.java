package io.kubelab.steps.machines;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.List;
import java.util.Set;

/**
 * The user knows of machines that the lab once had and that {@code virtual_machines} no longer
 * names. They are left alone.
 *
 * <pre>{@code
 * - former_machines_told
 * }</pre>
 */
public record FormerMachinesTold() implements Step {
    @Override
    public String title() {
        return "machines that the lab no longer names are told";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> former = FormerMachinesAbsent.names(target);
        return former.isEmpty()
                ? Diff.inOrder("there are none")
                : new Diff.InOrder(
                        "there are " + former.size(),
                        List.of(
                                "no longer wanted and left alone: %s; 'kubelab kube-install --prune' drains and removes what virtual_machines no longer names"
                                        .formatted(String.join(", ", former))));
    }
}
