package io.kubelab.document;

import io.kubelab.document.Node.Scalar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a scalar means as a value of a type. Every method throws {@link IllegalArgumentException}
 * whose message completes "'key' …".
 */
final class ScalarValue {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private ScalarValue() {}

    static Object of(Class<?> type, Scalar scalar) {
        if (type == String.class) {
            return text(scalar);
        }
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(number(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        if (type == long.class || type == Long.class) {
            return number(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == boolean.class || type == Boolean.class) {
            return truth(scalar);
        }
        if (type.isEnum()) {
            return constant(type, scalar);
        }
        if (type == Path.class) {
            return Path.of(text(scalar));
        }
        if (type == Duration.class) {
            return duration(scalar);
        }
        throw new IllegalStateException("no YAML form is known for " + type);
    }

    static String text(Scalar scalar) {
        TwoReadings.of(scalar)
                .ifPresent(two -> {
                    throw new IllegalArgumentException(
                            "is %s, which is %s; write \"%s\" in quotes if text is meant"
                                    .formatted(scalar.kind(), two, scalar.text()));
                });
        return scalar.text();
    }

    private static long number(Scalar scalar, long least, long most) {
        if (!NUMBER.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException(
                    "must be a whole decimal number, not " + scalar.kind());
        }
        try {
            long number = Long.parseLong(scalar.text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below: only its size can be wrong
        }
        throw new IllegalArgumentException(
                "is out of range: " + scalar.text() + " is not between " + least + " and " + most);
    }

    private static boolean truth(Scalar scalar) {
        return switch (scalar.text()) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "must be true or false, not " + scalar.kind() + meant(scalar));
        };
    }

    private static String meant(Scalar scalar) {
        return TwoReadings.isTrue(scalar)
                ? "; write true"
                : TwoReadings.isFalse(scalar) ? "; write false" : "";
    }

    private static Object constant(Class<?> type, Scalar scalar) {
        List<String> words = RecordShape.words(type);
        int index = words.indexOf(scalar.text());
        if (index >= 0) {
            return Arrays.asList(type.getEnumConstants()).get(index);
        }
        throw new IllegalArgumentException(
                "can't be "
                        + scalar.kind()
                        + (words.size() == 1
                                ? ", only '" + words.getFirst() + "'"
                                : Spelling.hint(scalar.text(), words)));
    }

    private static Duration duration(Scalar scalar) {
        Matcher matcher = DURATION.matcher(scalar.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "must be a duration such as 500ms, 90s, 5m or 1h, not " + scalar.kind());
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }
}
