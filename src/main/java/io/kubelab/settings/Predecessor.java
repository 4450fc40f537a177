package io.kubelab.settings;

import io.kubelab.document.Documents;
import io.kubelab.document.Node.Entry;
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

    private final Map<String, Setting> settings = new LinkedHashMap<>();

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
        var problems = new Problems();
        var binder = new RecordBinder(problems);
        var table = (Mapping) documents.parse(TABLE, text()).getFirst();
        for (Entry entry : table.entries()) {
            binder.bind(Setting.class, (Mapping) entry.value())
                    .ifPresent(setting -> settings.put(entry.key().text(), setting));
        }
        problems.throwIfAny();
    }

    /** kube-ansible's setting of that name; {@code list.key} for the key of a list's items. */
    public Optional<Setting> find(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /** In the order of the table. */
    public Map<String, Setting> all() {
        return Collections.unmodifiableMap(settings);
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
