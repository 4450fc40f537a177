package io.kubelab.document;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A record class as it is written in YAML: its keys and what may stand under them.
 *
 * @param type the record class
 */
public record RecordShape(Class<? extends Record> type) {
    /**
     * A component.
     *
     * @param key its name in YAML
     * @param type its Java type, with type arguments
     */
    public record Field(String key, Type type) {
        /** It has to be written: it is neither an {@code Optional} nor a collection. */
        public boolean required() {
            return !(type instanceof ParameterizedType);
        }

        /** The value of one that may be left out. */
        Object absent() {
            if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
                return List.of();
            }
            return type instanceof ParameterizedType p && p.getRawType() == Map.class
                    ? Map.of()
                    : Optional.empty();
        }

        /** What a user writes: "text", "list of text", "one of auto, lxc". */
        public String written() {
            return RecordShape.written(type);
        }
    }

    /** The name in YAML of a component: its own in snake_case, unless {@link Key} says another. */
    public static String key(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null ? snakeCase(component.getName()) : key.value();
    }

    /** {@code kubeadmInit} and {@code KubeadmInit} are {@code kubeadm_init}. */
    public static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /** In the order of the record's components. */
    public List<Field> fields() {
        var fields = new ArrayList<Field>();
        for (RecordComponent component : type.getRecordComponents()) {
            fields.add(new Field(key(component), component.getGenericType()));
        }
        return List.copyOf(fields);
    }

    /**
     * Whether it is written as a scalar: its only component is {@code String text}, as of {@code
     * Cidr}.
     */
    boolean isText() {
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1
                && components[0].getType() == String.class
                && components[0].getName().equals("text");
    }

    Constructor<? extends Record> constructor() {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has its canonical constructor", e);
        }
    }

    /** The record class behind a type, if it is one. */
    static Optional<RecordShape> of(Class<?> type) {
        return type.isRecord()
                ? Optional.of(new RecordShape(type.asSubclass(Record.class)))
                : Optional.empty();
    }

    static Type argument(ParameterizedType type, int index) {
        return type.getActualTypeArguments()[index];
    }

    /** {@code PAUSE_IMAGE} is written {@code pause_image}. */
    static List<String> words(Class<?> enumeration) {
        return Arrays.stream(enumeration.getEnumConstants())
                .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String written(Type type) {
        if (type instanceof ParameterizedType p) {
            Type last = argument(p, p.getActualTypeArguments().length - 1);
            if (p.getRawType() == Optional.class) {
                return written(last);
            }
            return (p.getRawType() == Map.class ? "mapping to " : "list of ") + written(last);
        }
        Class<?> c = (Class<?>) type;
        if (c == int.class || c == Integer.class || c == long.class || c == Long.class) {
            return "number";
        }
        if (c == boolean.class || c == Boolean.class) {
            return "true or false";
        }
        if (c.isEnum()) {
            return "one of " + String.join(", ", words(c));
        }
        if (c == Path.class) {
            return "path";
        }
        if (c == Duration.class) {
            return "duration (90s, 5m)";
        }
        return of(c).map(RecordShape::described).orElse("text");
    }

    private String described() {
        if (isText()) {
            return snakeCase(type.getSimpleName()).replace('_', ' ');
        }
        return fields().stream()
                .map(f -> f.key() + (f.required() ? "" : "?"))
                .collect(Collectors.joining(", ", "mapping of ", ""));
    }
}
