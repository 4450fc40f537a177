package io.kubelab.inventory;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ansible's YAML inventory: groups with {@code hosts}, {@code children} and {@code vars}. */
final class YamlInventory {
    private static final List<String> KEYS = List.of("hosts", "children", "vars");

    private final InventoryDraft draft;
    private final Problems problems;

    YamlInventory(InventoryDraft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
    }

    void read(Node document) {
        each(document, "a group", this::group);
    }

    private void group(Entry group) {
        String name = group.key().text();
        if (!name.equals("all")) {
            draft.group(name, group.key().mark());
        }
        each(
                group.value(),
                "the group '" + name + "'",
                part -> {
                    switch (part.key().text()) {
                        case "hosts" -> each(part.value(), "'hosts'", host -> host(name, host));
                        case "children" ->
                                each(
                                        part.value(),
                                        "'children'",
                                        child -> {
                                            draft.child(
                                                    name, child.key().text(), child.key().mark());
                                            group(child);
                                        });
                        case "vars" ->
                                each(
                                        part.value(),
                                        "'vars'",
                                        variable -> draft.groupVariable(name, variable));
                        default ->
                                problems.add(
                                        part.key().mark(),
                                        "unknown key '%s'%s"
                                                .formatted(
                                                        part.key().text(),
                                                        Spelling.hint(part.key().text(), KEYS)));
                    }
                });
    }

    private void host(String group, Entry host) {
        for (String name : names(host.key())) {
            draft.host(name, group, host.key().mark());
            each(
                    host.value(),
                    "the host '" + name + "'",
                    variable -> draft.hostVariable(name, variable));
        }
    }

    private List<String> names(Scalar name) {
        try {
            return HostRange.names(name.text());
        } catch (IllegalArgumentException e) {
            problems.add(name.mark(), String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** Nothing at all counts as an empty mapping, as Ansible has it. */
    private void each(Node node, String what, Consumer<Entry> entries) {
        Optional<Mapping> mapping = node instanceof Mapping m ? Optional.of(m) : Optional.empty();
        if (mapping.isPresent()) {
            mapping.get().entries().forEach(entries);
        } else if (!(node instanceof Scalar s && s.isNull())) {
            problems.add(node.mark(), what + " must be a mapping, not " + node.kind());
        }
    }
}
