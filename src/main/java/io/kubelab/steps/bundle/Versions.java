package io.kubelab.steps.bundle;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions of Go modules, and texts in which they are named: {@code ${etcd.number}-0}. */
final class Versions {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}.]*)(?:\\.([^}]*))?}");

    private final Map<String, GoMod> mods = new LinkedHashMap<>();

    void add(String item, GoMod mod) {
        mods.put(item, mod);
    }

    GoMod mod(String item) {
        return mods.getOrDefault(item, new GoMod(List.of(), List.of(), List.of()));
    }

    /**
     * @param mark where the text is written, for what it names and isn't there
     */
    String fill(String text, Mark mark, Problems problems) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        var filled = new StringBuilder();
        while (matcher.find()) {
            String part = matcher.group(2) == null ? "" : matcher.group(2);
            Optional<String> value =
                    mod(matcher.group(1)).built().flatMap(r -> part(r.version(), part));
            if (value.isEmpty()) {
                problems.add(
                        mark,
                        "%s is not the version of a Go module; there are %s"
                                .formatted(matcher.group(), String.join(", ", mods.keySet())));
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value.orElse("")));
        }
        return matcher.appendTail(filled).toString();
    }

    private static Optional<String> part(String version, String part) {
        String number = version.startsWith("v") ? version.substring(1) : version;
        List<String> numbers = List.of(number.split("\\.", -1));
        return switch (part) {
            case "" -> Optional.of(version);
            case "number" -> Optional.of(number);
            case "major" -> Optional.of(numbers.getFirst());
            case "minor" -> numbers.size() > 1 ? Optional.of(numbers.get(1)) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
