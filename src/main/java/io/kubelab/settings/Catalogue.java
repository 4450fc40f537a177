package io.kubelab.settings;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.RecordShape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Every setting that there is, as the records of {@link Settings} say it. */
public final class Catalogue {
    private static final Map<String, Setting> SETTINGS = read();
    private static final String EXTRA = Values.EXTRA + ".";

    private Catalogue() {}

    /**
     * @param topic the component of {@link Settings} that it belongs to
     */
    private record Setting(RecordComponent topic, RecordComponent component) {
        boolean isLabWide() {
            return topic.getType().isAnnotationPresent(LabWide.class);
        }

        Object in(Settings settings) {
            return shown(component, shown(topic, settings));
        }
    }

    /** In the order of the records; {@code extra} is the last. */
    public static Set<String> keys() {
        return Collections.unmodifiableSet(SETTINGS.keySet());
    }

    /** The type of a setting's value. */
    static Type type(String key) {
        Setting setting = SETTINGS.get(key);
        if (setting == null) {
            throw new IllegalArgumentException("there is no setting '" + key + "'");
        }
        return setting.component.getGenericType();
    }

    /** The same for the whole lab. */
    public static boolean isLabWide(String key) {
        Setting setting = SETTINGS.get(key);
        return setting != null && setting.isLabWide();
    }

    /**
     * What may be written for a setting with a closed set of values: its type's words, {@code true}
     * and {@code false}; empty for any other.
     */
    public static List<String> words(String key) {
        Setting setting = SETTINGS.get(key);
        if (setting == null) {
            return List.of();
        }
        Class<?> type = setting.component.getType();
        if (type == boolean.class) {
            return List.of("true", "false");
        }
        return words(type);
    }

    /**
     * The value of a setting as it would be written.
     *
     * @param key a setting, or {@code extra.name}
     * @param mark where the nodes are said to stand: where the value is used
     * @return empty if there is no such setting
     */
    public static Optional<Node> value(Settings settings, String key, Mark mark) {
        if (key.startsWith(EXTRA)) {
            return Optional.ofNullable(settings.extra().get(key.substring(EXTRA.length())))
                    .map(text -> Scalar.text(text, mark));
        }
        return Optional.ofNullable(SETTINGS.get(key)).map(s -> node(s.in(settings), mark));
    }

    private static Map<String, Setting> read() {
        var settings = new LinkedHashMap<String, Setting>();
        for (RecordComponent topic : Settings.class.getRecordComponents()) {
            if (topic.getType().isRecord()) {
                for (RecordComponent component : topic.getType().getRecordComponents()) {
                    settings.put(RecordShape.key(component), new Setting(topic, component));
                }
            }
        }
        return settings;
    }

    private static Node node(Object value, Mark mark) {
        return switch (value) {
            case Optional<?> optional ->
                    optional.<Node>map(v -> node(v, mark))
                            .orElseGet(() -> new Scalar("", false, mark));
            case List<?> list -> new Sequence(list.stream().map(v -> node(v, mark)).toList(), mark);
            case Map<?, ?> map -> mapping(map, mark);
            case Enum<?> constant -> Scalar.text(word(constant), mark);
            case Cidr cidr -> Scalar.text(cidr.text(), mark);
            case Address address -> Scalar.text(address.text(), mark);
            case Word word -> Scalar.text(word.text(), mark);
            case Record made -> mapping(made, mark);
            case String text -> Scalar.text(text, mark);
            default -> new Scalar(value.toString(), false, mark);
        };
    }

    private static Mapping mapping(Map<?, ?> map, Mark mark) {
        return new Mapping(
                map.entrySet().stream()
                        .map(e ->
                                new Entry(
                                        Scalar.text(e.getKey().toString(), mark),
                                        node(e.getValue(), mark)))
                        .toList(),
                mark);
    }

    private static Mapping mapping(Record made, Mark mark) {
        var entries = new ArrayList<Entry>();
        for (RecordComponent component : made.getClass().getRecordComponents()) {
            Node value = node(shown(component, made), mark);
            if (!(value instanceof Scalar s && s.isNull())) {
                entries.add(new Entry(Scalar.text(RecordShape.key(component), mark), value));
            }
        }
        return new Mapping(List.copyOf(entries), mark);
    }

    private static Object shown(RecordComponent component, Object of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("records show their components", e);
        }
    }

    /** Those of an enum or of a {@link Word}; empty for any other type. */
    static List<String> words(Class<?> type) {
        return type.isEnum()
                ? Stream.of(type.getEnumConstants()).map(c -> word((Enum<?>) c)).toList()
                : Word.SETS.getOrDefault(type, List.of());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
