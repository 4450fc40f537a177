package io.kubelab.inventory;

import io.kubelab.document.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ansible's host patterns: names of hosts and groups, {@code *} and {@code ?} in them, joined by
 * {@code :} or {@code ,}; {@code !} takes away and {@code &} keeps only; {@code [0]}, {@code [-1]}
 * and {@code [0:1]} (both ends count) choose from a group.
 */
public final class HostPattern {
    private static final Pattern TERM =
            Pattern.compile("([!&]?)([^\\[\\]!&]+)(?:\\[(-?\\d+)(?:(:)(-?\\d+)?)?])?");

    private HostPattern() {}

    /**
     * The hosts in the order of the inventory, or of the group for a choice.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static List<Host> hosts(String pattern, Inventory inventory) {
        var chosen = new LinkedHashSet<Host>();
        List<Matcher> terms = terms(pattern);
        if (terms.stream().noneMatch(t -> t.group(1).isEmpty())) {
            chosen.addAll(inventory.group("all"));
        }
        for (String kind : List.of("", "&", "!")) {
            for (Matcher term : terms) {
                if (term.group(1).equals(kind)) {
                    List<Host> named = named(term, inventory);
                    switch (kind) {
                        case "&" -> chosen.retainAll(named);
                        case "!" -> named.forEach(chosen::remove);
                        default -> chosen.addAll(named);
                    }
                }
            }
        }
        return List.copyOf(chosen);
    }

    private static List<Matcher> terms(String pattern) {
        var terms = new ArrayList<Matcher>();
        for (String part : pattern.strip().split("[:,](?![^\\[]*])", -1)) {
            Matcher term = TERM.matcher(part.strip());
            if (!term.matches()) {
                throw new IllegalArgumentException(
                        "'%s' is not a pattern of hosts such as 'master:nodes' or 'master[0]'"
                                .formatted(pattern));
            }
            terms.add(term);
        }
        return terms;
    }

    private static List<Host> named(Matcher term, Inventory inventory) {
        List<Host> named = named(term.group(2).strip(), inventory);
        if (term.group(3) == null) {
            return named;
        }
        int from = index(term.group(3), named);
        int to =
                term.group(4) == null
                        ? from
                        : term.group(5) == null ? named.size() - 1 : index(term.group(5), named);
        return from < 0 || from >= named.size()
                ? List.of()
                : named.subList(from, Math.clamp(to + 1L, from, named.size()));
    }

    private static int index(String text, List<Host> of) {
        int index = Integer.parseInt(text);
        return index < 0 ? of.size() + index : index;
    }

    private static List<Host> named(String name, Inventory inventory) {
        if (name.contains("*") || name.contains("?")) {
            Pattern glob = glob(name);
            return inventory.hosts().stream()
                    .filter(h ->
                            !inventory.isImplicit(h)
                                    && (glob.matcher(h.name()).matches()
                                            || h.groups().stream()
                                                    .anyMatch(g -> glob.matcher(g).matches())))
                    .toList();
        }
        Set<String> groups = inventory.groups();
        if (groups.contains(name)) {
            return inventory.group(name);
        }
        return inventory
                .find(name)
                .map(List::of)
                .orElseThrow(() -> {
                    var known = new TreeSet<>(groups);
                    inventory.hosts().forEach(h -> known.add(h.name()));
                    return new IllegalArgumentException(
                            "there is no host or group '"
                                    + name
                                    + "'"
                                    + Spelling.hint(name, known));
                });
    }

    private static Pattern glob(String name) {
        String quoted = Pattern.quote(name).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(quoted);
    }
}
