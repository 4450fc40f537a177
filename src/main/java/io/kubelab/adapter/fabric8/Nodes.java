package io.kubelab.adapter.fabric8;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Makes {@link Node}s from the server's JSON; their marks name the object. */
final class Nodes {
    private Nodes() {}

    static Node of(JsonNode json, String name) {
        return convert(json, new Mark(name, 1, 1));
    }

    private static Node convert(JsonNode json, Mark mark) {
        if (json.isObject()) {
            var entries = new ArrayList<Entry>();
            json.properties()
                    .forEach(p ->
                            entries.add(
                                    new Entry(
                                            new Scalar(p.getKey(), true, mark),
                                            convert(p.getValue(), mark))));
            return new Mapping(List.copyOf(entries), mark);
        } else if (json.isArray()) {
            var items = new ArrayList<Node>();
            json.forEach(item -> items.add(convert(item, mark)));
            return new Sequence(List.copyOf(items), mark);
        }
        return new Scalar(json.asString(), json.isString(), mark);
    }
}
