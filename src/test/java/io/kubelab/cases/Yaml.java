package io.kubelab.cases;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.util.ArrayList;
import java.util.List;

/** The documents of a case, as nodes. */
final class Yaml {
    private static final Mark NOWHERE = new Mark("", 1, 1);

    static final Documents DOCUMENTS = new SnakeDocuments();

    private Yaml() {}

    static Mapping empty() {
        return new Mapping(List.of(), NOWHERE);
    }

    static Scalar scalar(String text) {
        return new Scalar(text, true, NOWHERE);
    }

    static Sequence sequence(List<? extends Node> items) {
        return new Sequence(List.copyOf(items), NOWHERE);
    }

    static Mapping mapping(List<Entry> entries) {
        return new Mapping(List.copyOf(entries), NOWHERE);
    }

    static List<Node> parse(String name, String text) {
        return DOCUMENTS.parse(name, text);
    }

    /**
     * One line per way in which {@code actual} does not have what {@code wanted} says; mappings may
     * have more than is said.
     */
    static List<String> missing(Node wanted, Node actual, String path) {
        var found = new ArrayList<String>();
        switch (wanted) {
            case Scalar w -> {
                if (!(actual instanceof Scalar a) || !a.text().equals(w.text())) {
                    found.add("%s is %s, not %s".formatted(path, shown(actual), shown(wanted)));
                }
            }
            case Sequence w -> {
                List<Node> items = actual instanceof Sequence a ? a.items() : List.of();
                if (!(actual instanceof Sequence) || items.size() != w.items().size()) {
                    found.add("%s is %s, not %s".formatted(path, shown(actual), shown(wanted)));
                    break;
                }
                for (int i = 0; i < items.size(); i++) {
                    found.addAll(missing(w.items().get(i), items.get(i), path + "[" + i + "]"));
                }
            }
            case Mapping w -> {
                if (!(actual instanceof Mapping a)) {
                    found.add("%s is %s, not %s".formatted(path, shown(actual), shown(wanted)));
                    break;
                }
                for (Entry entry : w.entries()) {
                    String key = entry.key().text();
                    String below = path + "." + key;
                    a.get(key)
                            .ifPresentOrElse(
                                    value -> found.addAll(missing(entry.value(), value, below)),
                                    () -> found.add(below + " is missing in " + shown(a)));
                }
            }
        }
        return found;
    }

    /** One line, for messages. */
    static String shown(Node node) {
        return switch (node) {
            case Scalar s -> "'" + s.text() + "'";
            case Sequence s -> s.items().stream().map(Yaml::shown).toList().toString();
            case Mapping m ->
                    m.entries().stream()
                            .map(e -> e.key().text() + ": " + shown(e.value()))
                            .toList()
                            .toString();
        };
    }
}
