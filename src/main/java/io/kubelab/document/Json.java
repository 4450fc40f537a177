package io.kubelab.document;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes {@link Node}s as JSON (RFC 8259), plain scalars by YAML's 1.2 core schema. */
public final class Json {
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
    private static final Set<String> FALSE = Set.of("false", "False", "FALSE");
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private Json() {}

    /** On one line, keys in the order in which they were written. */
    public static String text(Node node) {
        return switch (node) {
            case Node.Scalar s -> scalar(s);
            case Node.Sequence s ->
                    s.items().stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
            case Node.Mapping m ->
                    m.entries().stream()
                            .map(e -> string(e.key().text()) + ":" + text(e.value()))
                            .collect(Collectors.joining(",", "{", "}"));
        };
    }

    private static String scalar(Node.Scalar scalar) {
        String text = scalar.text();
        if (scalar.quoted()) {
            return string(text);
        } else if (NULL.contains(text)) {
            return "null";
        } else if (TRUE.contains(text)) {
            return "true";
        } else if (FALSE.contains(text)) {
            return "false";
        }
        return NUMBER.matcher(text).matches() ? text : string(text);
    }

    /** A string with its quotes. */
    public static String string(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
