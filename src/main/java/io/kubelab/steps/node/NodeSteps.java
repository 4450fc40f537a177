package io.kubelab.steps.node;

import io.kubelab.step.Step;
import java.util.List;

/** What makes a machine ready to become a node. */
public final class NodeSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    NoFirewall.class,
                    PodKernelModules.class,
                    KernelSettings.class,
                    UnmanagedInterfaces.class,
                    NodePackages.class,
                    KubernetesPackages.class,
                    NodePrograms.class,
                    ContainerdConfig.class,
                    FileLabels.class,
                    KubeletUnit.class,
                    PulledImages.class,
                    LoadBalancerAllowed.class,
                    BareHostFit.class,
                    RegistryReached.class,
                    BareHostTaken.class,
                    LabNames.class,
                    ControlPlaneReached.class,
                    BareHostLeft.class);

    private NodeSteps() {}
}
