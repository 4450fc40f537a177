package io.kubelab.playbook;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import io.kubelab.settings.Catalogue;
import io.kubelab.settings.Settings;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts settings where <code>${setting}</code> stands. A value that is nothing else becomes the
 * setting's own, whatever its type; within other text it must be a single value. <code>$${</code>
 * is a plain <code>${</code>.
 */
final class Substitution {
    private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)}");

    private final Settings settings;
    private final Problems problems;

    Substitution(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    Mapping in(Mapping mapping) {
        return new Mapping(
                mapping.entries().stream().map(e -> new Entry(e.key(), in(e.value()))).toList(),
                mapping.mark());
    }

    private Node in(Node node) {
        return switch (node) {
            case Mapping mapping -> in(mapping);
            case Sequence sequence ->
                    new Sequence(sequence.items().stream().map(this::in).toList(), sequence.mark());
            case Scalar scalar -> in(scalar);
        };
    }

    private Node in(Scalar scalar) {
        if (!scalar.text().contains("${")) {
            return scalar;
        }
        Matcher matcher = REFERENCE.matcher(scalar.text());
        if (matcher.matches() && !scalar.text().startsWith("$$")) {
            return value(matcher.group(1).strip(), scalar.mark());
        }
        var text = new StringBuilder();
        matcher.reset();
        while (matcher.find()) {
            String put =
                    matcher.group().startsWith("$$")
                            ? matcher.group().substring(1)
                            : single(matcher.group(1).strip(), scalar.mark());
            matcher.appendReplacement(text, Matcher.quoteReplacement(put));
        }
        return Scalar.text(matcher.appendTail(text).toString(), scalar.mark());
    }

    private Node value(String name, Mark mark) {
        Optional<Node> value = Catalogue.value(settings, name, mark);
        if (value.isEmpty()) {
            var known = new TreeSet<>(Catalogue.keys());
            settings.extra().keySet().forEach(k -> known.add("extra." + k));
            problems.add(mark, "there is no setting '" + name + "'" + Spelling.hint(name, known));
        }
        return value.orElseGet(() -> Scalar.text("", mark));
    }

    private String single(String name, Mark mark) {
        Node value = value(name, mark);
        if (value instanceof Scalar scalar) {
            return scalar.text();
        }
        problems.add(
                mark,
                "'%s' is %s; it can stand only alone, not within other text"
                        .formatted(name, value.kind()));
        return "";
    }
}
