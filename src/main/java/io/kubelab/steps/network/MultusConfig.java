package io.kubelab.steps.network;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedFile;

/**
 * containerd calls Multus for every pod. From then on the node is Ready, so this comes after what
 * Multus calls.
 *
 * <pre>{@code
 * - multus_config: { default_network: flannel-conf }
 * }</pre>
 *
 * @param defaultNetwork the {@code network_attachment} that pods have which ask for none
 */
public record MultusConfig(String defaultNetwork) implements Step {
    private static final String PATH = "/etc/cni/net.d/10-multus.conf";

    record Values(String defaultNetwork, String namespace) {}

    @Override
    public String title() {
        return "Multus is the pod network of the node";
    }

    @Override
    public Diff diff(Target target) {
        var config =
                WantedFile.rendered(
                        target,
                        PATH,
                        "network/10-multus.conf",
                        new Values(defaultNetwork, NetworkAttachment.NAMESPACE));
        return Diff.of(config.changes(target), "pods get " + defaultNetwork);
    }
}
