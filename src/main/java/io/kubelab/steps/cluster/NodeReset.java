package io.kubelab.steps.cluster;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;

/** x */
public record NodeReset() implements Step {
    @Override
    public String title() {
        return "x";
    }

    @Override
    public Diff diff(Target target) {
        return Diff.inOrder("");
    }
}
