package io.kubelab.steps.network;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.Address;
import java.util.ArrayList;
import java.util.List;

/**
 * What a CNI runtime reads of a network: its plugin's arguments, with name, type and version before
 * them.
 */
record NetworkConfig(Mapping json) {
    /** The flannel plugin speaks nothing newer than 0.4.0. */
    private static final String CNI_VERSION = "0.3.1";

    private static final String MASTER = "master";
    private static final String IPAM = "ipam";
    private static final String FIRST = "rangeStart";
    private static final String LAST = "rangeEnd";

    /**
     * @param args a list of one JSON object, the plugin's configuration without name and type
     */
    static NetworkConfig of(Documents documents, String name, String plugin, String args) {
        List<Node> found = documents.parse("args of network " + name, args);
        if (found.size() == 1
                && found.getFirst() instanceof Sequence(List<Node> items, Mark mark)
                && items.size() == 1
                && items.getFirst() instanceof Mapping arguments) {
            var entries = new ArrayList<Entry>();
            entries.add(entry("cniVersion", CNI_VERSION, mark));
            entries.add(entry("name", name, mark));
            entries.add(entry("type", plugin, mark));
            entries.addAll(arguments.entries());
            return new NetworkConfig(new Mapping(entries, mark));
        }
        throw new InvalidInput(
                "network_attachment " + name,
                "'args' has to be a list of one JSON object, such as [ { \"mode\": \"bridge\" } ]");
    }

    /** Whether each node hands out addresses by itself, so that it needs some of its own. */
    boolean isPerNode() {
        return json.text(IPAM, "type").filter("host-local"::equals).isPresent()
                && json.text(IPAM, FIRST).isPresent()
                && json.text(IPAM, LAST).isPresent();
    }

    Address first() {
        return new Address(json.text(IPAM, FIRST).orElseThrow());
    }

    Address last() {
        return new Address(json.text(IPAM, LAST).orElseThrow());
    }

    /** The same with other addresses. */
    NetworkConfig with(NetworkShare share) {
        Mapping ipam = (Mapping) json.at(IPAM).orElseThrow();
        Mapping narrowed = replaced(replaced(ipam, FIRST, share.first()), LAST, share.last());
        return new NetworkConfig(replaced(json, IPAM, narrowed));
    }

    /** The same on another interface of the node, if it is on one. */
    NetworkConfig on(String master) {
        return new NetworkConfig(replaced(json, MASTER, new Scalar(master, true, json.mark())));
    }

    private static Mapping replaced(Mapping mapping, String key, Address address) {
        return replaced(mapping, key, new Scalar(address.text(), true, mapping.mark()));
    }

    private static Mapping replaced(Mapping mapping, String key, Node value) {
        return new Mapping(
                mapping.entries().stream()
                        .map(e -> e.key().text().equals(key) ? new Entry(e.key(), value) : e)
                        .toList(),
                mapping.mark());
    }

    private static Entry entry(String key, String value, Mark mark) {
        return new Entry(new Scalar(key, true, mark), new Scalar(value, true, mark));
    }
}
