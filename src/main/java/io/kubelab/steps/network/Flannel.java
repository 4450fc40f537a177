package io.kubelab.steps.network;

import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.Cidr;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.WantedObjects;

/**
 * flannel's daemon on every node. It writes no CNI configuration: that of Multus is the only one.
 *
 * <pre>{@code
 * - flannel
 * }</pre>
 */
public record Flannel() implements ClusterStep {
    private static final int API_PORT = 6443;

    /**
     * @param reached an address: nodes meet by the interface that leads there. Empty: by that of
     *     the default route, machines have no other
     * @param apiServer the control plane's own address, or what nodes call several: the service's
     *     works only when kube-proxy is up on the node, and flannel would be started again until
     *     then
     */
    record Values(String image, Cidr podNetwork, String apiServer, int apiPort, String reached) {}

    @Override
    public String title() {
        return "flannel connects the nodes";
    }

    @Override
    public Diff diff(Target target) {
        Inventory inventory = target.lab().inventory();
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        String apiServer =
                inventory.sharesApiServer()
                        ? AddressPlan.API_SERVER
                        : plan.machine(inventory.firstControlPlane().name()).address();
        var values =
                new Values(
                        Artifacts.of(target).imageReference("flannel"),
                        target.settings().kubernetes().podNetworkCidr(),
                        apiServer,
                        API_PORT,
                        inventory.bareNodes().isEmpty() ? "" : plan.virthost().text());
        return WantedObjects.rendered(target, "network/flannel.yaml", values).diff(target);
    }
}
