package io.kubelab.adapter.fabric8;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

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
    static List<String> differences(JsonNode live, JsonNode wanted) {
        var paths = new ArrayList<String>();
        compare("", live, wanted, paths);
        return List.copyOf(paths);
    }

    private static void compare(String path, JsonNode live, JsonNode wanted, List<String> paths) {
        if (BOOKKEEPING.contains(path) || live.equals(wanted)) {
            return;
        } else if (live.isObject() && wanted.isObject()) {
            var names = new TreeSet<String>(live.propertyNames());
            names.addAll(wanted.propertyNames());
            names.forEach(n -> compare(below(path, n), live.path(n), wanted.path(n), paths));
        } else if (live.isArray() && wanted.isArray() && live.size() == wanted.size()) {
            for (int i = 0; i < live.size(); i++) {
                compare(below(path, String.valueOf(i)), live.get(i), wanted.get(i), paths);
            }
        } else {
            paths.add(path);
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
