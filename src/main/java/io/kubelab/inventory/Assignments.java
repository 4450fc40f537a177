package io.kubelab.inventory;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import java.util.List;
import java.util.Optional;

/**
 * Values written as {@code key=value} in INI files and on the command line: text, unless it starts
 * as a list or a mapping.
 */
public final class Assignments {
    private final Documents documents;
    private final Problems problems;

    public Assignments(Documents documents, Problems problems) {
        this.documents = documents;
        this.problems = problems;
    }

    /** The value, with {@code mark} as its place; places inside of a list follow from it. */
    public Node value(String text, Mark mark) {
        if (!text.startsWith("[") && !text.startsWith("{")) {
            return Scalar.text(text, mark);
        }
        String placed =
                mark.line() == 0
                        ? text
                        : "\n".repeat(mark.line() - 1) + " ".repeat(mark.column() - 1) + text;
        Optional<List<Node>> parsed = problems.attempt(() -> documents.parse(mark.file(), placed));
        return parsed.filter(d -> d.size() == 1)
                .map(List::getFirst)
                .orElseGet(() -> Scalar.text(text, mark));
    }
}
