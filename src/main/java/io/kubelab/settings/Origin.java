package io.kubelab.settings;

import io.kubelab.document.Json;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A setting's value and where it came from.
 *
 * @param value in one line, as it would be written
 * @param place the file or the option that decided; {@code auto, …} where that left it to kubelab
 */
public record Origin(String key, String value, String place) {
    private static final Optional<String> AUTO = Optional.of("auto");

    /**
     * Every setting, in the order of the topics.
     *
     * @param values as they were written
     * @param settings as they were bound and resolved
     */
    public static List<Origin> all(Values values, Settings settings) {
        var origins = new ArrayList<Origin>();
        for (String key : Catalogue.keys()) {
            Mark place = values.place(key);
            Node value = Catalogue.value(settings, key, place).orElseThrow();
            boolean wasAuto = values.get(key).flatMap(n -> n.text()).equals(AUTO);
            origins.add(
                    new Origin(
                            key,
                            value instanceof Scalar s ? s.text() : Json.text(value),
                            wasAuto && !value.text().equals(AUTO)
                                    ? "auto, " + place
                                    : place.toString()));
        }
        settings.extra()
                .forEach((name, value) ->
                        origins.add(
                                new Origin(
                                        "extra." + name,
                                        value,
                                        values.place("extra", name).toString())));
        return List.copyOf(origins);
    }
}
