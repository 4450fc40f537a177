package io.kubelab.settings;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** kube-ansible's settings and what became of them, from the table {@code kube-ansible.yml}. */
public final class Predecessor {
    private static final String TABLE = "kube-ansible.yml";

    private final Mapping table;

    public enum Fate {
        IMPLEMENTED,
        OBSOLETE,
        REFUSED
    }

    /**
     * @param why completes "'key' has no effect: …" and "'key' is refused: …"
     * @param harmless values with which a refused setting is only without effect
     * @param refusedValues values that an implemented setting doesn't take, with the reason
     */
    public record Setting(
            Fate fate,
            Optional<String> why,
            List<String> harmless,
            Map<String, String> refusedValues) {}

    public Predecessor(Documents documents) {
        table = (Mapping) documents.parse(TABLE, text()).getFirst();
    }

    /** kube-ansible's setting of that name; {@code list.key} for the key of a list's items. */
    public Optional<Setting> find(String key) {
        return table.get(key).map(Predecessor::setting);
    }

    /** In the order of the table. */
    public Map<String, Setting> all() {
        var settings = new LinkedHashMap<String, Setting>();
        table.entries().forEach(e -> settings.put(e.key().text(), setting(e.value())));
        return Collections.unmodifiableMap(settings);
    }

    private static Setting setting(Node row) {
        var problems = new Problems();
        Optional<Setting> setting = new RecordBinder(problems).bind(Setting.class, (Mapping) row);
        problems.throwIfAny();
        return setting.orElseThrow();
    }

    private static String text() {
        try (InputStream stream =
                Objects.requireNonNull(Predecessor.class.getResourceAsStream(TABLE), TABLE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
