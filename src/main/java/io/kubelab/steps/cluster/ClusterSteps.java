package io.kubelab.steps.cluster;

import io.kubelab.step.Step;
import java.util.List;

/** What makes nodes a cluster, and what takes it apart. */
public final class ClusterSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    ControlPlaneAddress.class,
                    KubeadmInit.class,
                    KubectlAccess.class,
                    KubectlCompletion.class,
                    JoinToken.class,
                    EtcdMembers.class,
                    ControlPlaneJoin.class,
                    KubeadmJoin.class,
                    NodeMarks.class,
                    NodesReady.class,
                    FormerNodesAbsent.class,
                    ClusterDns.class,
                    NodeReset.class);

    private ClusterSteps() {}
}
