package io.kubelab.cases;

import io.kubelab.cluster.Manifest;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.RecordShape;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Records from nodes and back, components in snake_case. */
final class Records {
    private Records() {}

    /** Binds what is there; an unknown key is an error, unless {@code others} may be there. */
    static <R> R bind(Class<R> type, Mapping node, Others others) {
        RecordComponent[] components = type.getRecordComponents();
        if (others == Others.REFUSED) {
            List<String> known = Arrays.stream(components).map(RecordShape::key).toList();
            node.entries().stream()
                    .filter(e -> !known.contains(e.key().text()))
                    .forEach(e -> {
                        throw new IllegalArgumentException(
                                "%s: %s has no '%s', only %s"
                                        .formatted(
                                                e.key().mark(),
                                                type.getSimpleName(),
                                                e.key().text(),
                                                known));
                    });
        }
        Object[] values = Arrays.stream(components).map(c -> component(node, c, others)).toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(node.mark() + ": " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(node.mark() + ": " + type, e);
        }
    }

    enum Others {
        ALLOWED,
        REFUSED
    }

    private static Object component(Mapping node, RecordComponent component, Others others) {
        Optional<Node> value = node.get(RecordShape.key(component));
        Type type = component.getGenericType();
        if (value.isPresent()) {
            return value(type, value.get(), others);
        }
        Class<?> raw = component.getType();
        if (raw == Optional.class) {
            return Optional.empty();
        } else if (raw == List.class) {
            return List.of();
        } else if (raw == Map.class) {
            return Map.of();
        }
        throw new IllegalArgumentException(
                node.mark() + ": missing '" + RecordShape.key(component) + "'");
    }

    private static Object value(Type type, Node node, Others others) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Optional.class) {
                return Optional.of(value(arguments[0], node, others));
            } else if (raw == List.class) {
                return ((Sequence) node)
                        .items().stream().map(n -> value(arguments[0], n, others)).toList();
            } else if (raw == Map.class) {
                var map = new LinkedHashMap<Object, Object>();
                for (Entry e : ((Mapping) node).entries()) {
                    map.put(e.key().text(), value(arguments[1], e.value(), others));
                }
                return map;
            }
        }
        Class<?> raw = (Class<?>) type;
        if (node instanceof Scalar scalar) {
            return scalar(raw, scalar);
        }
        Mapping mapping = (Mapping) node;
        Class<?> bound = raw.isSealed() ? permitted(raw, mapping) : raw;
        return bind(bound, mapping, others);
    }

    /** The record of a sealed interface that has these keys. */
    private static Class<?> permitted(Class<?> type, Mapping node) {
        return Arrays.stream(type.getPermittedSubclasses())
                .filter(c ->
                        Arrays.stream(c.getRecordComponents())
                                .map(RecordShape::key)
                                .toList()
                                .containsAll(
                                        node.entries().stream().map(e -> e.key().text()).toList()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s: no %s is like this"
                                        .formatted(node.mark(), type.getSimpleName())));
    }

    private static Object scalar(Class<?> type, Scalar scalar) {
        String text = scalar.text();
        if (type == LabTag.class) {
            return SampleLab.TAG;
        } else if (type == String.class) {
            return text;
        } else if (type == int.class || type == Integer.class) {
            return Integer.parseInt(text);
        } else if (type == long.class || type == Long.class) {
            return Long.parseLong(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return Boolean.parseBoolean(text);
        } else if (type == Path.class) {
            return Path.of(text);
        } else if (type == UUID.class) {
            return UUID.fromString(text);
        } else if (type == Duration.class) {
            return Duration.ofSeconds(Long.parseLong(text));
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(c ->
                            ((Enum<?>) c)
                                    .name()
                                    .replace('_', '-')
                                    .equalsIgnoreCase(text.replace('_', '-')))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(scalar.mark() + ": " + text));
        } else if (type.isRecord() && type.getRecordComponents().length == 1) {
            return bind(
                    type,
                    Yaml.mapping(
                            List.of(
                                    new Entry(
                                            Yaml.scalar(
                                                    RecordShape.key(type.getRecordComponents()[0])),
                                            scalar))),
                    Others.REFUSED);
        }
        throw new IllegalArgumentException(scalar.mark() + ": no " + type.getSimpleName());
    }

    /** A value as nodes, the reverse of {@link #bind}. */
    static Node node(Object value) {
        return switch (value) {
            case Content.Text(String text) -> Yaml.scalar(text);
            case Content.Secret(String text) -> entries(Map.of("secret", text));
            case Content.SecretBytes(String base64) ->
                    entries(Map.of("secret", SampleDiscs.shown(base64)));
            case Content.Artifact(Path _, String sha256) -> entries(Map.of("artifact", sha256));
            case Manifest m -> Yaml.scalar(m.json());
            case Command c ->
                    Yaml.mapping(
                            List.of(
                                    new Entry(Yaml.scalar("shown"), Yaml.scalar(c.shown())),
                                    new Entry(Yaml.scalar("input"), node(c.input())),
                                    new Entry(Yaml.scalar("environment"), entries(c.environment())),
                                    new Entry(
                                            Yaml.scalar("directory"), Yaml.scalar(c.directory()))));
            case LabTag tag when tag.equals(SampleLab.TAG) -> Yaml.scalar("ours");
            case Duration d -> Yaml.scalar(Long.toString(d.toSeconds()));
            case Optional<?> o -> o.map(Records::node).orElse(Yaml.scalar(""));
            case List<?> list -> Yaml.sequence(list.stream().map(Records::node).toList());
            case Set<?> set -> Yaml.sequence(set.stream().sorted().map(Records::node).toList());
            case Map<?, ?> map -> entries(map);
            case Record r when r.getClass().getRecordComponents().length > 1 -> components(r);
            case Enum<?> e -> Yaml.scalar(e.name().toLowerCase(Locale.ROOT));
            default -> Yaml.scalar(value.toString());
        };
    }

    private static Mapping entries(Map<?, ?> map) {
        return Yaml.mapping(
                map.entrySet().stream()
                        .map(e -> new Entry(Yaml.scalar(e.getKey().toString()), node(e.getValue())))
                        .toList());
    }

    static Mapping components(Record record) {
        var entries = new ArrayList<Entry>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                entries.add(
                        new Entry(
                                Yaml.scalar(RecordShape.key(component)),
                                node(accessor.invoke(record))));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(record.toString(), e);
            }
        }
        return Yaml.mapping(entries);
    }
}
