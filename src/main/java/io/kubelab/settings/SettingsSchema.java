package io.kubelab.settings;

import io.kubelab.document.Json;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.RecordShape;
import io.kubelab.document.RecordShape.Field;
import io.kubelab.settings.Predecessor.Fate;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JSON schema (draft 2020-12) of extra vars: types from the records of settings, descriptions and
 * defaults from {@code all.yml}, and what became of kube-ansible's settings.
 *
 * @param defaults the content of {@code all.yml}
 * @param lines the same as text: a setting's comment stands right before it
 */
public record SettingsSchema(Mapping defaults, List<String> lines, Predecessor predecessor) {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String ADDRESS = "(%1$s\\.){3}%1$s".formatted(BYTE);
    private static final String TIME =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z)?";
    private static final String PREFIX = "/(3[0-2]|[12]?[0-9])";

    /** One object, a setting per line. */
    public String text() {
        var properties = new ArrayList<String>();
        for (String key : Catalogue.keys()) {
            properties.add(property(key, setting(key)));
        }
        properties.add(property(Values.EXTRA, extra()));
        predecessor
                .all()
                .forEach((key, setting) -> {
                    if (setting.fate() != Fate.IMPLEMENTED && !key.contains(".")) {
                        properties.add(property(key, former(setting)));
                    }
                });
        return """
        {"$schema":"https://json-schema.org/draft/2020-12/schema",
         "title":"Extra vars of kubelab",
         "type":"object",
         "additionalProperties":false,
         "patternProperties":{"^ansible_":{}},
         "properties":{
          %s}}\
        """
                .formatted(String.join(",\n  ", properties));
    }

    private static String property(String key, List<String> members) {
        return Json.string(key) + ":" + object(members);
    }

    private static String object(List<String> members) {
        return "{" + String.join(",", members) + "}";
    }

    private List<String> setting(String key) {
        var members = new ArrayList<>(type(key, Catalogue.type(key)));
        predecessor
                .find(key)
                .map(Predecessor.Setting::refusedValues)
                .filter(refused -> !refused.isEmpty())
                .ifPresent(refused ->
                        members.add(
                                "\"not\":{\"enum\":" + values(refused.keySet().stream()) + "}"));
        members.addAll(documented(key));
        return members;
    }

    private List<String> extra() {
        var members = new ArrayList<>(List.of("\"type\":\"object\""));
        members.addAll(documented(Values.EXTRA));
        return members;
    }

    private List<String> documented(String key) {
        var members = new ArrayList<String>();
        members.add("\"description\":" + Json.string(comment(key)));
        defaults.get(key).ifPresent(value -> members.add("\"default\":" + Json.text(value)));
        return members;
    }

    /** The lines of comment before a key, in one. */
    private String comment(String key) {
        int line =
                defaults.entries().stream()
                        .filter(e -> e.key().text().equals(key))
                        .findFirst()
                        .map(e -> e.key().mark().line() - 1)
                        .orElse(0);
        int first = line;
        while (first > 0 && lines.get(first - 1).startsWith("# ")) {
            first--;
        }
        return lines.subList(first, line).stream()
                .map(comment -> comment.substring(2))
                .collect(Collectors.joining(" "));
    }

    private static List<String> former(Predecessor.Setting setting) {
        String why = setting.why().orElse("");
        return switch (setting.fate()) {
            case OBSOLETE ->
                    List.of(
                            "\"deprecated\":true",
                            "\"description\":" + Json.string("kube-ansible's, no effect: " + why));
            case REFUSED, IMPLEMENTED ->
                    List.of(
                            "\"enum\":" + values(setting.harmless().stream()),
                            "\"deprecated\":true",
                            "\"description\":" + Json.string("kube-ansible's, refused: " + why));
        };
    }

    /** Texts as they may be written: true and false with and without quotes. */
    private static String values(Stream<String> texts) {
        return texts.flatMap(text ->
                        text.equals("true") || text.equals("false")
                                ? Stream.of(text, Json.string(text))
                                : Stream.of(Json.string(text)))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static List<String> type(String key, Type type) {
        if (type instanceof ParameterizedType p) {
            Type last = p.getActualTypeArguments()[p.getActualTypeArguments().length - 1];
            if (p.getRawType() == Optional.class) {
                return type(key, last);
            }
            return p.getRawType() == Map.class
                    ? List.of(
                            "\"type\":\"object\"",
                            "\"additionalProperties\":" + object(type(key, last)))
                    : List.of("\"type\":\"array\"", "\"items\":" + object(type(key, last)));
        }
        Class<?> c = (Class<?>) type;
        if (c == int.class || c == Integer.class || c == long.class || c == Long.class) {
            return List.of("\"type\":\"integer\"");
        }
        if (c == boolean.class || c == Boolean.class) {
            return List.of("\"type\":\"boolean\"");
        }
        List<String> words = Catalogue.words(c);
        if (!words.isEmpty()) {
            return List.of("\"enum\":" + values(words.stream()));
        }
        if (c == Address.class) {
            return pattern(ADDRESS);
        }
        if (c == Cidr.class) {
            boolean optional = key.equals(SettingsBinder.POD_NETWORK);
            return pattern(ADDRESS + (optional ? "(" + PREFIX + ")?" : PREFIX));
        }
        if (c == PointInTime.class) {
            return pattern(TIME);
        }
        return c.isRecord()
                ? mapping(new RecordShape(c.asSubclass(Record.class)))
                : List.of("\"type\":[\"string\",\"number\"]");
    }

    private static List<String> pattern(String regex) {
        return List.of("\"type\":\"string\"", "\"pattern\":" + Json.string("^" + regex + "$"));
    }

    private static List<String> mapping(RecordShape shape) {
        return List.of(
                "\"type\":\"object\"",
                "\"additionalProperties\":false",
                "\"required\":"
                        + shape.fields().stream()
                                .filter(Field::required)
                                .map(field -> Json.string(field.key()))
                                .collect(Collectors.joining(",", "[", "]")),
                "\"properties\":"
                        + shape.fields().stream()
                                .map(field ->
                                        property(field.key(), type(field.key(), field.type())))
                                .collect(Collectors.joining(",", "{", "}")));
    }
}
