package io.kubelab.steps.network;

import io.kubelab.document.Json;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.failure.InvalidInput;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedObjects;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that pods can ask for by name: the classic {@code Network} in namespace default, which
 * people read, and the {@code NetworkAttachmentDefinition} that Multus reads, made of the same
 * arguments.
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

    /** The flannel plugin speaks nothing newer than 0.4.0. */
    private static final String CNI_VERSION = "0.3.1";

    /** Strings are JSON literals. */
    record Values(String name, String namespace, String plugin, String args, String config) {}

    @Override
    public String title() {
        return "pods can ask for the network " + name;
    }

    @Override
    public Diff diff(Target target) {
        var values =
                new Values(
                        name,
                        NAMESPACE,
                        Json.string(plugin),
                        Json.string(args),
                        Json.string(Json.text(config(target))));
        Diff diff =
                WantedObjects.rendered(target, "network/network-attachment.yaml", values)
                        .diff(target);
        return diff instanceof Diff.InOrder(String why, _)
                ? new Diff.InOrder(why, PodsOfEarlier.notices(target, name, NAMESPACE))
                : diff;
    }

    /** What a CNI runtime reads: the arguments, with name, type and version before them. */
    private Mapping config(Target target) {
        List<Node> documents = target.documents().parse("args of network " + name, args);
        if (documents.size() == 1
                && documents.getFirst() instanceof Sequence(List<Node> items, Mark mark)
                && items.size() == 1
                && items.getFirst() instanceof Mapping arguments) {
            var entries = new ArrayList<Entry>();
            entries.add(entry("cniVersion", CNI_VERSION, mark));
            entries.add(entry("name", name, mark));
            entries.add(entry("type", plugin, mark));
            entries.addAll(arguments.entries());
            return new Mapping(entries, mark);
        }
        throw new InvalidInput(
                "network_attachment " + name,
                "'args' has to be a list of one JSON object, such as [ { \"mode\": \"bridge\" } ]");
    }

    private static Entry entry(String key, String value, Mark mark) {
        return new Entry(new Scalar(key, true, mark), new Scalar(value, true, mark));
    }
}
