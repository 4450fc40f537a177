package io.kubelab.adapter.yaml;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of one mapping while it is being read: keys are unique, {@code <<} is resolved. */
final class Entries {
    private final Map<String, Entry> written = new LinkedHashMap<>();
    private final List<Mapping> merges = new ArrayList<>();
    private final Problems problems;

    Entries(Problems problems) {
        this.problems = problems;
    }

    void add(Node key, Node value) {
        if (!(key instanceof Scalar name)) {
            problems.add(key.mark(), "a key must be plain text, not " + key.kind());
            return;
        }
        if (name.text().equals("<<") && !name.quoted()) {
            merge(value);
            return;
        }
        Entry before = written.putIfAbsent(name.text(), new Entry(name, value));
        if (before != null) {
            problems.add(
                    name.mark(),
                    "the key '%s' is written twice, first at line %d"
                            .formatted(name.text(), before.key().mark().line()));
        }
    }

    /** What is written here wins over what is merged in, of which the earlier wins. */
    List<Entry> merged() {
        for (Mapping merge : merges) {
            merge.entries().forEach(e -> written.putIfAbsent(e.key().text(), e));
        }
        return List.copyOf(written.values());
    }

    private void merge(Node value) {
        switch (value) {
            case Mapping mapping -> merges.add(mapping);
            case Sequence sequence -> sequence.items().forEach(this::merge);
            case Scalar scalar ->
                    problems.add(
                            scalar.mark(),
                            "'<<' can only merge a mapping or a list of them, not "
                                    + scalar.kind());
        }
    }
}
