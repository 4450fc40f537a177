package io.kubelab.playbook;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import io.kubelab.settings.Catalogue;
import io.kubelab.settings.Settings;
import java.util.List;
import java.util.Optional;

/** A play's {@code when}: each setting named has the value, or one of the values, beside it. */
final class Condition {
    private final Mapping when;

    Condition(Mapping when) {
        this.when = when;
    }

    boolean holds(Settings settings) {
        return when.entries().stream()
                .allMatch(entry ->
                        Catalogue.value(settings, entry.key().text(), entry.key().mark())
                                .filter(v ->
                                        v instanceof Scalar is
                                                && values(entry).stream()
                                                        .anyMatch(w ->
                                                                w instanceof Scalar wanted
                                                                        && wanted.text()
                                                                                .equals(is.text())))
                                .isPresent());
    }

    /** A word that a setting can never be is a mistake, not a play that never runs. */
    void check(Settings settings, Problems problems) {
        for (Entry entry : when.entries()) {
            String key = entry.key().text();
            if (key.startsWith("extra.")) {
                continue;
            }
            Optional<Node> value = Catalogue.value(settings, key, entry.key().mark());
            if (value.isEmpty()) {
                problems.add(
                        entry.key().mark(),
                        "there is no setting '%s'%s"
                                .formatted(key, Spelling.hint(key, Catalogue.keys())));
            } else if (!(value.get() instanceof Scalar)) {
                problems.add(
                        entry.key().mark(),
                        "'%s' is %s; a condition compares single values"
                                .formatted(key, value.get().kind()));
            } else {
                values(entry).forEach(wanted -> check(key, wanted, problems));
            }
        }
    }

    private static void check(String key, Node wanted, Problems problems) {
        List<String> words = Catalogue.words(key);
        if (!(wanted instanceof Scalar scalar) || scalar.isNull()) {
            problems.add(
                    wanted.mark(),
                    "'%s' is compared with a value or a list of values, not with %s"
                            .formatted(key, wanted.kind()));
        } else if (!words.isEmpty() && !words.contains(scalar.text())) {
            problems.add(
                    wanted.mark(),
                    "'%s' is never '%s'%s"
                            .formatted(key, scalar.text(), Spelling.hint(scalar.text(), words)));
        }
    }

    private static List<Node> values(Entry entry) {
        return entry.value() instanceof Sequence several ? several.items() : List.of(entry.value());
    }
}
