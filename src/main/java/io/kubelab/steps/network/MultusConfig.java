package io.kubelab.steps.network;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedFile;
import java.util.ArrayList;

/**
 * containerd calls Multus for every pod. From then on the node is Ready, so this comes after what
 * Multus calls. It has the kubelet's identity. Of several API servers it asks whichever kube-proxy
 * knows to be there: it gives itself a quarter of a second, too little to try one that is gone.
 *
 * <pre>{@code
 * - multus_config: { default_network: flannel-conf }
 * }</pre>
 *
 * @param defaultNetwork the {@code network_attachment} that pods have which ask for none
 */
public record MultusConfig(String defaultNetwork) implements Step {
    /** The API server's place in the service network (Kubernetes: the first). */
    private static final int SERVICE = 1;

    private static final String PATH = "/etc/cni/net.d/10-multus.conf";

    private static final String KUBELETS = "/etc/kubernetes/kubelet.conf";
    private static final String OWN = "/etc/kubernetes/multus.conf";

    record Values(String defaultNetwork, String namespace, String kubeconfig) {}

    /**
     * @param service address of the API server's service
     */
    record Access(String service) {}

    @Override
    public String title() {
        return "Multus is the pod network of the node";
    }

    @Override
    public Diff diff(Target target) {
        boolean several = target.lab().inventory().sharesApiServer();
        var files = new ArrayList<WantedFile>();
        if (several) {
            var access =
                    new Access(
                            target.settings()
                                    .kubernetes()
                                    .serviceNetworkCidr()
                                    .address(SERVICE)
                                    .text());
            files.add(WantedFile.rendered(target, OWN, "network/multus.conf", access));
        }
        var values =
                new Values(defaultNetwork, NetworkAttachment.NAMESPACE, several ? OWN : KUBELETS);
        files.add(WantedFile.rendered(target, PATH, "network/10-multus.conf", values));
        return Diff.of(WantedFile.changes(target, files), "pods get " + defaultNetwork);
    }
}
