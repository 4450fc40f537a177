package io.kubelab.steps;

import io.kubelab.step.Step;
import io.kubelab.steps.bundle.BundleSteps;
import io.kubelab.steps.cluster.ClusterSteps;
import io.kubelab.steps.general.GeneralSteps;
import io.kubelab.steps.machines.MachinesSteps;
import io.kubelab.steps.network.NetworkSteps;
import io.kubelab.steps.node.NodeSteps;
import java.util.List;
import java.util.stream.Stream;

/** Every step that a play may name. */
public final class AllSteps {
    public static final List<Class<? extends Step>> ALL =
            Stream.of(
                            GeneralSteps.ALL,
                            BundleSteps.ALL,
                            MachinesSteps.ALL,
                            NodeSteps.ALL,
                            ClusterSteps.ALL,
                            NetworkSteps.ALL)
                    .flatMap(List::stream)
                    .toList();

    private AllSteps() {}
}
