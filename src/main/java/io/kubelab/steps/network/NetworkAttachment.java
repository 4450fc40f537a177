package io.kubelab.steps.network;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Json;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedObjects;

/**
 * A network that pods can ask for by name: the classic {@code Network} in namespace default, which
 * people read, and the {@code NetworkAttachmentDefinition} that Multus reads, made of the same
 * arguments. That of a network whose addresses each node hands out by itself is empty: it is
 * completed by {@link NetworkOnNode}.
 *
 * <pre>{@code
 * - network_attachment: { name: flannel-conf, plugin: flannel, args: '[ { "delegate": { "isDefaultGateway": true } } ]' }
 * }</pre>
 *
 * @param name of both objects and of the CNI network
 * @param plugin the CNI plugin
 * @param args a list of one JSON object, the plugin's configuration without name and type; shown as
 *     it is written
 */
public record NetworkAttachment(String name, String plugin, String args) implements ClusterStep {
    /** Where Multus looks for networks that pods of every namespace may ask for. */
    static final String NAMESPACE = "kube-system";

    /** Strings are JSON literals. */
    record Values(String name, String namespace, String plugin, String args, String config) {}

    @Override
    public String title() {
        return "pods can ask for the network " + name;
    }

    @Override
    public Diff diff(Target target) {
        NetworkConfig config = NetworkConfig.of(target.documents(), name, plugin, args);
        var values =
                new Values(
                        name,
                        NAMESPACE,
                        Json.string(plugin),
                        Json.string(args),
                        Json.string(config.isPerNode() ? "" : Json.text(config.json())));
        Diff diff =
                WantedObjects.rendered(target, "network/network-attachment.yaml", values)
                        .diff(target);
        return diff instanceof Diff.InOrder(String why, _)
                ? new Diff.InOrder(why, PodsOfEarlier.notices(target, name))
                : diff;
    }

    /** What people read of a network. */
    static ObjectRef classic(String name) {
        return new ObjectRef("kubernetes.com/v1", "Network", "default", name);
    }
}
