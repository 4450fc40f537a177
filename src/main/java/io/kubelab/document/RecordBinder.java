package io.kubelab.document;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.RecordShape.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes records from mappings: a key is a component's name in snake_case ({@link Key} may say
 * another), its value has the component's type. {@code String int long boolean Path Duration},
 * enums by their constants in lower case, records (those with the single component {@code String
 * text} are written as a scalar), {@code List}s, {@code Map}s with text keys, and {@code Optional}s
 * of them. An {@code Optional}, a {@code List} and a {@code Map} may be left out; anything else has
 * to be there. An {@link IllegalArgumentException} of a record's constructor is a problem of the
 * user's value.
 */
public final class RecordBinder {
    private final Problems problems;

    /**
     * @param problems hears of everything that doesn't fit, not only of the first
     */
    public RecordBinder(Problems problems) {
        this.problems = problems;
    }

    /** The record; empty if anything in the mapping is wrong. */
    public <T extends Record> Optional<T> bind(Class<T> type, Mapping mapping) {
        return bind(new RecordShape(type), mapping).map(type::cast);
    }

    private Optional<Record> bind(RecordShape shape, Mapping mapping) {
        List<Field> fields = shape.fields();
        refuseUnknown(fields.stream().map(Field::key).toList(), mapping);
        var arguments = new ArrayList<Object>();
        for (Field field : fields) {
            Optional<Node> written = mapping.get(field.key());
            if (written.isPresent()) {
                value(field.type(), field.key(), written.get()).ifPresent(arguments::add);
            } else if (field.required()) {
                problems.add(mapping.mark(), "missing key '" + field.key() + "'");
            } else {
                arguments.add(field.absent());
            }
        }
        return arguments.size() == fields.size()
                ? construct(shape, arguments, mapping)
                : Optional.empty();
    }

    private void refuseUnknown(List<String> known, Mapping mapping) {
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (!known.contains(key)) {
                problems.add(
                        entry.key().mark(),
                        "unknown key '" + key + "'" + Spelling.hint(key, known));
            }
        }
    }

    private Optional<Record> construct(RecordShape shape, List<Object> arguments, Node node) {
        try {
            return Optional.of(shape.constructor().newInstance(arguments.toArray()));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                problems.add(node.mark(), String.valueOf(refused.getMessage()));
                return Optional.empty();
            }
            throw new IllegalStateException(shape.type() + " refuses its components", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't make a " + shape.type(), e);
        }
    }

    private Optional<?> value(Type type, String key, Node node) {
        if (type instanceof ParameterizedType p) {
            return collection(p, key, node);
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted == Node.class) {
            return Optional.of(node);
        }
        Optional<RecordShape> shape = RecordShape.of(wanted);
        if (shape.isPresent() && !shape.get().isText()) {
            return node instanceof Mapping mapping
                    ? bind(shape.get(), mapping)
                    : wrong(key, node, "must be a mapping");
        }
        if (!(node instanceof Scalar scalar)) {
            return wrong(key, node, "must be a single value");
        }
        if (scalar.isNull()) {
            problems.add(
                    node.mark(), "'" + key + "' has no value; write \"\" if empty text is meant");
            return Optional.empty();
        }
        try {
            return Optional.of(
                    shape.isPresent()
                            ? shape.get().constructor().newInstance(ScalarValue.text(scalar))
                            : ScalarValue.of(wanted, scalar));
        } catch (InvocationTargetException e) {
            Throwable refused = e.getCause() == null ? e : e.getCause();
            problems.add(node.mark(), "'" + key + "': " + refused.getMessage());
        } catch (IllegalArgumentException e) {
            problems.add(node.mark(), "'" + key + "' " + e.getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't make a " + wanted, e);
        }
        return Optional.empty();
    }

    private Optional<?> collection(ParameterizedType type, String key, Node node) {
        if (type.getRawType() == Optional.class) {
            if (node instanceof Scalar s && s.isNull()) {
                return Optional.of(Optional.empty());
            }
            Optional<?> written = value(RecordShape.argument(type, 0), key, node);
            return written.isPresent() ? Optional.of(written) : written;
        }
        return type.getRawType() == Map.class
                ? map(RecordShape.argument(type, 1), key, node)
                : list(RecordShape.argument(type, 0), key, node);
    }

    private Optional<?> list(Type item, String key, Node node) {
        if (!(node instanceof Sequence sequence)) {
            return wrong(key, node, "must be a list, '- item' on lines of their own or [item, …]");
        }
        var items = new ArrayList<Object>();
        for (Node each : sequence.items()) {
            value(item, key, each).ifPresent(items::add);
        }
        return items.size() == sequence.items().size()
                ? Optional.of(List.copyOf(items))
                : Optional.empty();
    }

    private Optional<?> map(Type item, String key, Node node) {
        if (!(node instanceof Mapping mapping)) {
            return wrong(key, node, "must be a mapping");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            value(item, key + "." + entry.key().text(), entry.value())
                    .ifPresent(v -> values.put(entry.key().text(), v));
        }
        return values.size() == mapping.entries().size()
                ? Optional.of(Collections.unmodifiableMap(values))
                : Optional.empty();
    }

    private Optional<?> wrong(String key, Node node, String must) {
        problems.add(node.mark(), "'%s' %s, not %s".formatted(key, must, node.kind()));
        return Optional.empty();
    }
}
