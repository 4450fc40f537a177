package io.kubelab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.render.Templates;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Renders, and remembers what each template rendered. */
final class Renderings implements Templates {
    private final Templates real;
    private final Map<String, Set<String>> texts = new LinkedHashMap<>();

    Renderings(Templates real) {
        this.real = real;
    }

    @Override
    public String render(String name, Record model) {
        String text = real.render(name, model);
        texts.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(text);
        return text;
    }

    /** Empty before the template was used. */
    Optional<String> find(String template) {
        return Optional.ofNullable(texts.get(template)).map(t -> String.join("\n---\n", t));
    }

    String of(String template) {
        assertThat(find(template))
                .as("what %s rendered; rendered were %s", template, texts.keySet())
                .isPresent();
        return find(template).orElseThrow();
    }
}
