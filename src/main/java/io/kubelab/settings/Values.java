package io.kubelab.settings;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings as they were written, with their places, before they are bound. Later values win; {@code
 * extra} is merged key by key.
 */
public final class Values {
    static final String EXTRA = "extra";

    private final Map<String, Entry> byKey;

    private Values(Map<String, Entry> byKey) {
        this.byKey = byKey;
    }

    public static Values of(Collection<Entry> entries) {
        var byKey = new LinkedHashMap<String, Entry>();
        entries.forEach(e -> byKey.put(e.key().text(), e));
        return new Values(byKey);
    }

    public static Values none() {
        return new Values(Map.of());
    }

    /** These, overridden by {@code later}. */
    public Values plus(Values later) {
        var merged = new LinkedHashMap<>(byKey);
        for (Entry entry : later.byKey.values()) {
            merged.merge(
                    entry.key().text(),
                    entry,
                    (old, now) -> old.key().text().equals(EXTRA) ? merged(old, now) : now);
        }
        return new Values(merged);
    }

    private static Entry merged(Entry old, Entry now) {
        if (!(old.value() instanceof Mapping before && now.value() instanceof Mapping after)) {
            return now;
        }
        Values both = of(before.entries()).plus(of(after.entries()));
        return new Entry(now.key(), new Mapping(both.entries(), after.mark()));
    }

    /** The same values from the same places. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Values v && v.byKey.equals(byKey);
    }

    @Override
    public int hashCode() {
        return byKey.hashCode();
    }

    public List<Entry> entries() {
        return List.copyOf(byKey.values());
    }

    public Optional<Node> get(String key) {
        return Optional.ofNullable(byKey.get(key)).map(Entry::value);
    }

    /**
     * Where the value stands that decided, or the nearest thing to it that is there.
     *
     * @param path keys and list indexes below the setting
     */
    public Mark place(String key, String... path) {
        Entry entry = byKey.get(key);
        if (entry == null) {
            return Mark.option("'" + key + "'");
        }
        Node node = entry.value();
        for (String step : path) {
            Optional<Node> next = node.at(step);
            if (next.isEmpty()) {
                break;
            }
            node = next.get();
        }
        return node.mark();
    }
}
