package io.kubelab.lab;

import io.kubelab.document.Json;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import io.kubelab.inventory.ConnectionVariables;
import io.kubelab.inventory.InventoryDraft;
import io.kubelab.settings.Catalogue;
import io.kubelab.settings.Predecessor;
import io.kubelab.settings.Predecessor.Setting;
import io.kubelab.settings.Values;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The layers that settings come from, and which of them decides: defaults, inventory, {@code -e}.
 */
final class SettingLayers {
    private static final String EXTRA = "extra";

    private final Values defaults;
    private final InventoryDraft draft;
    private final Values extra;
    private final Problems problems;
    private final Problems warnings;

    /** Values that were refused already; binding them would only say so again. */
    private final Set<Mark> refused = new HashSet<>();

    SettingLayers(
            Values defaults,
            InventoryDraft draft,
            Values extra,
            Problems problems,
            Problems warnings) {
        this.defaults = defaults;
        this.draft = draft;
        this.extra = extra;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Every key in every layer is known, and what kube-ansible's are for is said. */
    void check(Predecessor predecessor, ConnectionVariables connections) {
        checkAll(defaults.entries(), predecessor, connections);
        for (String group : draft.groupsWithVariables()) {
            checkAll(draft.groupVariables(group), predecessor, connections);
        }
        for (String host : draft.hostsWithVariables()) {
            checkAll(draft.hostVariables(host), predecessor, connections);
            for (Entry entry : draft.hostVariables(host)) {
                if (Catalogue.isLabWide(entry.key().text())) {
                    problems.add(
                            entry.key().mark(),
                            "'%s' is the same for the whole lab; write it under [all:vars] or give it with -e, not for '%s' alone"
                                    .formatted(entry.key().text(), host));
                }
            }
        }
        checkAll(extra.entries(), predecessor, connections);
    }

    /** The values that hold for the whole lab. */
    Values ofLab() {
        Values values = defaults;
        Map<String, Entry> said = new HashMap<>();
        Map<String, String> by = new HashMap<>();
        for (String group : draft.groupsWithVariables()) {
            Values own = settings(draft.groupVariables(group));
            for (Entry entry : own.entries()) {
                String key = entry.key().text();
                if (group.equals("all") || !Catalogue.isLabWide(key)) {
                    continue;
                }
                Entry before = said.putIfAbsent(key, entry);
                String other = by.putIfAbsent(key, group);
                if (before != null
                        && other != null
                        && !Json.text(before.value()).equals(Json.text(entry.value()))) {
                    problems.add(
                            entry.key().mark(),
                            "'%s' is the same for the whole lab, but the groups '%s' (%s) and '%s' differ"
                                    .formatted(key, other, before.key().mark(), group));
                }
            }
            values = values.plus(group.equals("all") ? own : labWide(own));
        }
        return values.plus(settings(extra.entries()));
    }

    /** The values that hold for one host. */
    Values ofHost(String host, Set<String> groups) {
        Values own = defaults;
        for (String group : draft.groupsWithVariables()) {
            if (group.equals("all") || groups.contains(group)) {
                own = own.plus(settings(draft.groupVariables(group)));
            }
        }
        own = own.plus(settings(draft.hostVariables(host)));
        return own.plus(settings(extra.entries())).plus(labWide(ofLab()));
    }

    /** The variables of a host's connection, later wins. */
    List<Entry> connection(String host, Set<String> groups) {
        Values all = Values.none();
        for (String group : draft.groupsWithVariables()) {
            if (group.equals("all") || groups.contains(group)) {
                all = all.plus(Values.of(draft.groupVariables(group)));
            }
        }
        return all.plus(Values.of(draft.hostVariables(host))).plus(extra).entries().stream()
                .filter(e -> ConnectionVariables.owns(e.key().text()))
                .toList();
    }

    /** Variables of nobody are likely misspelt. */
    void warnOfUnused(Set<String> groups, Set<String> hosts) {
        for (String group : draft.groupsWithVariables()) {
            if (!groups.contains(group)) {
                warnings.add(
                        draft.groupVariables(group).getFirst().key().mark(),
                        "no host is in a group '%s', so its variables have no effect%s"
                                .formatted(group, Spelling.hint(group, groups)));
            }
        }
        for (String host : draft.hostsWithVariables()) {
            if (!hosts.contains(host)) {
                warnings.add(
                        draft.hostVariables(host).getFirst().key().mark(),
                        "there is no host '%s', so its variables have no effect%s"
                                .formatted(host, Spelling.hint(host, hosts)));
            }
        }
    }

    /** How the lab's own machines are reached is not for an inventory to say. */
    void warnOfConnection(String machine) {
        for (Entry entry : draft.hostVariables(machine)) {
            if (ConnectionVariables.owns(entry.key().text())) {
                warnings.add(
                        entry.key().mark(),
                        "'%s' has no effect: kubelab knows how its machine '%s' is reached"
                                .formatted(entry.key().text(), machine));
            }
        }
    }

    private Values settings(Collection<Entry> entries) {
        return Values.of(
                entries.stream()
                        .filter(e -> !refused.contains(e.value().mark()))
                        .filter(e ->
                                Catalogue.keys().contains(e.key().text())
                                        || e.key().text().equals(EXTRA))
                        .toList());
    }

    private static Values labWide(Values values) {
        return Values.of(
                values.entries().stream()
                        .filter(e -> Catalogue.isLabWide(e.key().text()))
                        .toList());
    }

    private void checkAll(
            Collection<Entry> entries, Predecessor predecessor, ConnectionVariables connections) {
        for (Entry entry : entries) {
            String key = entry.key().text();
            if (ConnectionVariables.owns(key)) {
                connections.check(entry);
            } else if (Catalogue.keys().contains(key) || key.equals(EXTRA)) {
                predecessor.find(key).ifPresent(setting -> refuseValue(entry, setting));
                items(entry, predecessor);
            } else {
                Optional<Setting> setting = predecessor.find(key);
                if (setting.isPresent()) {
                    former(key, entry, setting.get());
                } else {
                    unknown(entry);
                }
            }
        }
    }

    private void unknown(Entry entry) {
        String key = entry.key().text();
        var known = new TreeSet<>(Catalogue.keys());
        known.add(EXTRA);
        String hint = Spelling.hint(key, known);
        problems.add(
                entry.key().mark(),
                "unknown setting '%s'%s"
                        .formatted(
                                key,
                                hint.isEmpty()
                                        ? "; 'kubelab settings' lists all, values of your own belong under 'extra'"
                                        : hint));
    }

    /** Keys of kube-ansible within the items of a list, such as those of a machine. */
    private void items(Entry entry, Predecessor predecessor) {
        if (entry.value() instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Mapping mapping) {
                    for (Entry below : mapping.entries()) {
                        String path = entry.key().text() + "." + below.key().text();
                        predecessor.find(path).ifPresent(s -> former(path, below, s));
                    }
                }
            }
        }
    }

    private void refuseValue(Entry entry, Setting setting) {
        if (entry.value() instanceof Scalar value) {
            String why = setting.refusedValues().get(folded(value));
            if (why != null) {
                refused.add(value.mark());
                problems.add(
                        value.mark(),
                        "'%s: %s' is refused: %s".formatted(entry.key().text(), value.text(), why));
            }
        }
    }

    private void former(String key, Entry entry, Setting setting) {
        String why = setting.why().orElse("");
        boolean harmless =
                entry.value() instanceof Scalar value && setting.harmless().contains(folded(value));
        if (setting.fate() == Predecessor.Fate.OBSOLETE || harmless) {
            warnings.add(
                    entry.key().mark(),
                    "kube-ansible's '%s' has no effect: %s".formatted(key, why));
        } else {
            problems.add(
                    entry.key().mark(), "kube-ansible's '%s' is refused: %s".formatted(key, why));
        }
    }

    private static String folded(Scalar value) {
        return value.text().toLowerCase(Locale.ROOT);
    }
}
