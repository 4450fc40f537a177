package io.kubelab.inventory;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What inventory files say, gathered file by file: hosts, groups and variables as they were
 * written.
 */
public final class InventoryDraft {
    private final Map<String, Mark> hosts = new LinkedHashMap<>();
    private final Map<String, Mark> groups = new LinkedHashMap<>();
    private final Map<String, Set<String>> members = new HashMap<>();
    private final Map<String, Set<String>> parents = new HashMap<>();
    private final Map<String, List<Entry>> hostVariables = new LinkedHashMap<>();
    private final Map<String, List<Entry>> groupVariables = new LinkedHashMap<>();

    void host(String name, String group, Mark mark) {
        hosts.putIfAbsent(name, mark);
        if (!group.equals("all") && !group.equals(Inventory.UNGROUPED)) {
            members.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(group);
        }
    }

    void group(String name, Mark mark) {
        groups.putIfAbsent(name, mark);
    }

    void child(String parent, String child, Mark mark) {
        groups.putIfAbsent(child, mark);
        if (!parent.equals("all")) {
            parents.computeIfAbsent(child, _ -> new LinkedHashSet<>()).add(parent);
        }
    }

    void hostVariable(String host, Entry variable) {
        hostVariables.computeIfAbsent(host, _ -> new ArrayList<>()).add(variable);
    }

    void groupVariable(String group, Entry variable) {
        groupVariables.computeIfAbsent(group, _ -> new ArrayList<>()).add(variable);
    }

    /** The hosts and where each was first named. */
    public Map<String, Mark> hosts() {
        return Collections.unmodifiableMap(hosts);
    }

    /** The groups and where each was first named. */
    public Map<String, Mark> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** The groups that a host of the inventory is in, with their parents. */
    public Set<String> groupsOf(String host) {
        Set<String> direct = members.getOrDefault(host, Set.of());
        return direct.isEmpty() ? Set.of(Inventory.UNGROUPED) : withParents(direct);
    }

    /** The groups and, upwards, every group that they are children of. */
    public Set<String> withParents(Set<String> children) {
        var all = new TreeSet<String>();
        var open = new ArrayList<>(children);
        while (!open.isEmpty()) {
            String group = open.removeLast();
            if (all.add(group)) {
                open.addAll(parents.getOrDefault(group, Set.of()));
            }
        }
        return all;
    }

    /**
     * Every group that has variables, in the order in which they apply: {@code all}, then parents
     * before children, then by name.
     */
    public List<String> groupsWithVariables() {
        return groupVariables.keySet().stream()
                .sorted(
                        Comparator.comparingInt((String g) ->
                                        g.equals("all") ? 0 : withParents(Set.of(g)).size())
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Every host name that has variables, whether it is a host of the inventory or not. */
    public Set<String> hostsWithVariables() {
        return Collections.unmodifiableSet(hostVariables.keySet());
    }

    /** The variables of a group, later wins. */
    public List<Entry> groupVariables(String group) {
        return List.copyOf(groupVariables.getOrDefault(group, List.of()));
    }

    /** The variables of a host, later wins. */
    public List<Entry> hostVariables(String host) {
        return List.copyOf(hostVariables.getOrDefault(host, List.of()));
    }

    /** Groups can't contain themselves, and hosts and groups have different names. */
    void check(Problems problems) {
        groups.forEach((group, mark) -> {
            if (parents.getOrDefault(group, Set.of()).stream()
                    .anyMatch(p -> withParents(Set.of(p)).contains(group))) {
                problems.add(mark, "the group '" + group + "' is a child of itself");
            }
            if (hosts.containsKey(group)) {
                problems.add(
                        hosts.getOrDefault(group, mark),
                        "'%s' is the name of a group (%s) and of a host".formatted(group, mark));
            }
        });
    }
}
