package io.kubelab.playbook;

import io.kubelab.document.RecordShape;
import io.kubelab.step.Step;
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
    public List<Word> words(StepDocumentation documentation) {
        return steps.entrySet().stream()
                .map(step ->
                        new Word(
                                step.getKey(),
                                documentation.sentence(step.getKey()),
                                arguments(step.getKey(), step.getValue(), documentation)))
                .toList();
    }

    private static List<Argument> arguments(
            String step, Class<? extends Record> type, StepDocumentation documentation) {
        return new RecordShape(type)
                .fields().stream()
                        .map(field ->
                                new Argument(
                                        field.key(),
                                        field.written(),
                                        field.required(),
                                        documentation.sentence(step + "." + field.key())))
                        .toList();
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
}
