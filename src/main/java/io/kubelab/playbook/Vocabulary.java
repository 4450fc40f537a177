package io.kubelab.playbook;

import io.kubelab.document.RecordShape;
import io.kubelab.step.Says;
import io.kubelab.step.Step;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The steps that a play may name, from their records: {@code KubeadmInit} is {@code kubeadm_init}.
 */
public final class Vocabulary {
    private final Map<String, Class<? extends Record>> steps = new LinkedHashMap<>();

    /**
     * @throws IllegalArgumentException if two have the same name or one isn't a record
     */
    public Vocabulary(List<Class<? extends Step>> steps) {
        for (Class<? extends Step> step : steps) {
            if (!step.isRecord()) {
                throw new IllegalArgumentException(step + " is not a record");
            }
            var before =
                    this.steps.put(
                            RecordShape.snakeCase(step.getSimpleName()),
                            step.asSubclass(Record.class));
            if (before != null) {
                throw new IllegalArgumentException(step + " has the name of " + before);
            }
        }
    }

    Set<String> names() {
        return Collections.unmodifiableSet(steps.keySet());
    }

    Optional<Class<? extends Record>> find(String name) {
        return Optional.ofNullable(steps.get(name));
    }

    /** All steps, described, in the order in which they were given. */
    public List<Word> words() {
        var words = new ArrayList<Word>();
        steps.forEach((name, type) -> words.add(new Word(name, said(type), arguments(type))));
        return List.copyOf(words);
    }

    /**
     * A step as a playbook's author sees it.
     *
     * @param says what it makes sure of; empty if its record doesn't say
     */
    public record Word(String name, String says, List<Argument> arguments) {}

    /**
     * @param type what may be written: "text", "list of text", "one of a, b"
     * @param says what it means; empty if its record doesn't say
     */
    public record Argument(String name, String type, boolean required, String says) {}

    private static List<Argument> arguments(Class<? extends Record> type) {
        var arguments = new ArrayList<Argument>();
        RecordComponent[] components = type.getRecordComponents();
        List<RecordShape.Field> fields = new RecordShape(type).fields();
        for (int i = 0; i < components.length; i++) {
            RecordShape.Field field = fields.get(i);
            Says says = components[i].getAnnotation(Says.class);
            arguments.add(
                    new Argument(
                            field.key(),
                            field.written(),
                            field.required(),
                            says == null ? "" : says.value()));
        }
        return List.copyOf(arguments);
    }

    private static String said(Class<? extends Record> type) {
        Says says = type.getAnnotation(Says.class);
        return says == null ? "" : says.value();
    }
}
