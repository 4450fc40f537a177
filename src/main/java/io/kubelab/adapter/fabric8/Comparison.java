package io.kubelab.adapter.fabric8;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the fields in which two states of one object differ. */
final class Comparison {
    /** The server's own bookkeeping, which a dry run changes although nothing else would. */
    private static final Set<String> BOOKKEEPING =
            Set.of(
                    "status",
                    "metadata.managedFields",
                    "metadata.resourceVersion",
                    "metadata.generation");

    private Comparison() {}

    /** Paths such as {@code spec.template.spec.containers.0.image}; empty if they are the same. */
    static List<String> differences(Node live, Node wanted) {
        var paths = new ArrayList<String>();
        compare("", Optional.of(live), Optional.of(wanted), paths);
        return List.copyOf(paths);
    }

    private static void compare(
            String path, Optional<Node> live, Optional<Node> wanted, List<String> paths) {
        if (BOOKKEEPING.contains(path) || live.equals(wanted)) {
            return;
        }
        if (live.orElse(null) instanceof Mapping l && wanted.orElse(null) instanceof Mapping w) {
            names(l, w).forEach(n -> compare(below(path, n), l.get(n), w.get(n), paths));
        } else if (live.orElse(null) instanceof Sequence l
                && wanted.orElse(null) instanceof Sequence w
                && l.items().size() == w.items().size()) {
            for (int i = 0; i < l.items().size(); i++) {
                compare(
                        below(path, String.valueOf(i)),
                        Optional.of(l.items().get(i)),
                        Optional.of(w.items().get(i)),
                        paths);
            }
        } else {
            paths.add(path);
        }
    }

    private static Set<String> names(Mapping one, Mapping other) {
        var names = new TreeSet<String>();
        Stream.of(one, other)
                .flatMap(m -> m.entries().stream())
                .map(Entry::key)
                .forEach(key -> names.add(key.text()));
        return names;
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
