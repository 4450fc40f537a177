package io.kubelab.adapter.fabric8;

import io.kubelab.cluster.Manifest;
import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells that applying an object would change nothing where that is plain from what the server has:
 * each wanted field has its value, and no field that is ours ({@code metadata.managedFields}, in
 * the form of {@code FieldsV1}) is missing in what is wanted. What is not plain (defaults, other
 * ways to write a value, items that others added) a dry run has to say.
 */
record Applied(String manager, JsonReader json) {
    boolean plainly(Manifest manifest, Node live) {
        return read(manifest.json()).filter(wanted -> plainly(wanted, live)).isPresent();
    }

    private boolean plainly(Node wanted, Node live) {
        return holds(live, wanted)
                && live.list("metadata", "managedFields").stream()
                        .filter(m -> m.text("manager").equals(Optional.of(manager)))
                        .allMatch(m -> isWanted(m, wanted));
    }

    private boolean isWanted(Node managed, Node wanted) {
        return managed.text("apiVersion").equals(wanted.text("apiVersion"))
                && managed.at("fieldsV1").filter(fields -> covers(wanted, fields)).isPresent();
    }

    /** Whether each field of {@code wanted} has its value in {@code live}. */
    private static boolean holds(Node live, Node wanted) {
        return switch (wanted) {
            case Scalar w ->
                    live instanceof Scalar l
                            && !w.isNull()
                            && l.text().equals(w.text())
                            && l.quoted() == w.quoted();
            case Sequence w -> live instanceof Sequence l && holds(l.items(), w.items());
            case Mapping w ->
                    live instanceof Mapping l
                            && w.entries().stream()
                                    .allMatch(e ->
                                            l.get(e.key().text())
                                                    .filter(value -> holds(value, e.value()))
                                                    .isPresent());
        };
    }

    private static boolean holds(List<Node> live, List<Node> wanted) {
        if (live.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < live.size(); i++) {
            if (!holds(live.get(i), wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether all fields of a set are in {@code wanted}. */
    private boolean covers(Node wanted, Node fields) {
        return fields instanceof Mapping set
                && set.entries().stream()
                        .allMatch(e -> e.key().text().equals(".") || covers(wanted, e));
    }

    /**
     * One member of a set: {@code f:} and a field's name, {@code k:} and the fields that tell an
     * item from others, or {@code v:} and a value.
     */
    private boolean covers(Node wanted, Entry field) {
        String key = field.key().text();
        String what = key.substring(Math.min(2, key.length()));
        return switch (key.substring(0, Math.min(2, key.length()))) {
            case "f:" ->
                    wanted instanceof Mapping m
                            && m.get(what).filter(v -> covers(v, field.value())).isPresent();
            case "k:", "v:" -> {
                Optional<Node> item = read(what);
                yield wanted instanceof Sequence s
                        && s.items().stream()
                                .filter(i -> item.filter(k -> holds(i, k)).isPresent())
                                .anyMatch(i -> covers(i, field.value()));
            }
            default -> false;
        };
    }

    private Optional<Node> read(String text) {
        return json.read("", text.getBytes(StandardCharsets.UTF_8));
    }
}
