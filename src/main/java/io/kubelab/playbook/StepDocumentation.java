package io.kubelab.playbook;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the doc comments of the steps say, as data: class files don't have them.
 *
 * @param sentences without markup; keys are {@code step} and {@code step.argument}
 */
public record StepDocumentation(Map<String, String> sentences) {
    /** Made from the sources; a test keeps it in step with them. */
    private static final String SHIPPED = "steps.properties";

    public StepDocumentation {
        sentences = Map.copyOf(sentences);
    }

    public static StepDocumentation shipped() {
        var properties = new Properties();
        try (var in =
                new InputStreamReader(
                        Optional.ofNullable(StepDocumentation.class.getResourceAsStream(SHIPPED))
                                .orElseThrow(),
                        StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var sentences = new HashMap<String, String>();
        properties.forEach((key, value) -> sentences.put(key.toString(), value.toString()));
        return new StepDocumentation(sentences);
    }

    /** Empty if nothing is said. */
    String sentence(String key) {
        return sentences.getOrDefault(key, "");
    }
}
