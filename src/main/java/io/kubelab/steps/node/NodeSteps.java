package io.kubelab.steps.node;

import io.kubelab.step.Step;
import java.util.List;

/** What makes a machine ready to become a node. */
public final class NodeSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    NodePackages.class,
                    KernelSettings.class,
                    NodePrograms.class,
                    ContainerdConfig.class,
                    KubeletUnit.class,
                    PulledImages.class);

    private NodeSteps() {}
}
