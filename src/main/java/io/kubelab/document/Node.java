package io.kubelab.document;

import java.util.List;
import java.util.Optional;

/**
 * A value as it was written. Scalars keep their text ({@code 0644}, {@code no}, {@code 1.20});
 * whoever binds them decides what they mean.
 */
public sealed interface Node {
    Mark mark();

    /**
     * @param quoted written in quotes: then it is text, whatever it looks like
     */
    record Scalar(String text, boolean quoted, Mark mark) implements Node {
        /** Text that is certainly text, as from the command line. */
        public static Scalar text(String text, Mark mark) {
            return new Scalar(text, true, mark);
        }

        /** Nothing was written, or YAML's word for nothing. */
        public boolean isNull() {
            return !quoted
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }
    }

    record Sequence(List<Node> items, Mark mark) implements Node {}

    /** Entries in the order in which they were written; keys are unique. */
    record Mapping(List<Entry> entries, Mark mark) implements Node {
        public Optional<Node> get(String key) {
            return entries.stream()
                    .filter(e -> e.key().text().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }
    }

    record Entry(Scalar key, Node value) {}

    /** The value under a path of keys or list indexes, if it is there. */
    default Optional<Node> at(String... path) {
        Node node = this;
        for (String step : path) {
            Optional<Node> next =
                    switch (node) {
                        case Mapping m -> m.get(step);
                        case Sequence s ->
                                step.chars().allMatch(Character::isDigit)
                                                && Integer.parseInt(step) < s.items().size()
                                        ? Optional.of(s.items().get(Integer.parseInt(step)))
                                        : Optional.empty();
                        case Scalar _ -> Optional.empty();
                    };
            if (next.isEmpty()) {
                return next;
            }
            node = next.get();
        }
        return Optional.of(node);
    }

    /** The text of the scalar under a path, if there is one. */
    default Optional<String> text(String... path) {
        return at(path).flatMap(
                        n -> n instanceof Scalar s ? Optional.of(s.text()) : Optional.empty());
    }

    /** The items of the sequence under a path; empty where there is none. */
    default List<Node> list(String... path) {
        return at(path).map(n -> n instanceof Sequence s ? s.items() : List.<Node>of())
                .orElse(List.of());
    }

    /** What kind of value it is, for messages: "a list". */
    default String kind() {
        return switch (this) {
            case Mapping _ -> "a mapping";
            case Sequence _ -> "a list";
            case Scalar s when s.isNull() -> "nothing";
            case Scalar s -> "'" + s.text() + "'";
        };
    }

    /**
     * Where a value stands: {@code file:line:col}, counted from one.
     *
     * @param file a file, or the option that it was given by; then line and column are 0
     */
    record Mark(String file, int line, int column) {
        /** A value of the command line. */
        public static Mark option(String option) {
            return new Mark(option, 0, 0);
        }

        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line + ":" + column;
        }
    }
}
