package io.kubelab.steps.cluster;

import io.kubelab.failure.Unreachable;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NodeKernel;
import io.kubelab.steps.facts.RouteTo;
import io.kubelab.steps.node.HostMark;
import java.util.List;

/** What differs where a node was there before the lab. Nothing does for the lab's own machines. */
final class BareHosts {
    /** kubeadm patches what all kubelets are told by this target and kind of patch. */
    private static final String PATCH = "kubeletconfiguration+merge.yaml";

    private BareHosts() {}

    /**
     * The address by which the host gets to the control plane: it may have others, on networks that
     * other nodes know nothing of. Empty for a machine.
     */
    static String address(Target target) {
        if (!HostMark.isBare(target)) {
            return "";
        }
        String controlPlane =
                AddressPlan.of(target.lab().tag(), target.settings())
                        .apiServers(target.settings(), target.host().name())
                        .getFirst();
        return target.ask(new RouteTo(controlPlane))
                .map(RouteTo.Found::source)
                .orElseThrow(() ->
                        new Unreachable(
                                target.host().name(),
                                "it has no route to the control plane at " + controlPlane,
                                "Let the step control_plane_reached come before."));
    }

    /** Its kernel may have what the control plane's has not, which says how kubelets run. */
    static List<Change> patches(Target target) {
        if (!HostMark.isBare(target)) {
            return List.of();
        }
        NodeKernel.Found kernel = target.ask(new NodeKernel());
        return kernel.swap() || !kernel.cgroupV2()
                ? List.of(
                        Kubeadm.file(
                                PATCH,
                                new Content.Text(
                                        target.templates()
                                                .render("cluster/kubelet-of-host.yaml", kernel))))
                : List.of();
    }
}
