package io.kubelab.settings;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** A day, which begins at midnight in UTC, or a moment of it: forms of ISO 8601. */
public record PointInTime(String text) {
    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public PointInTime {
        try {
            instant(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a day or a time such as 2026-11-24 or 2026-11-24T10:30:00Z",
                    e);
        }
    }

    public Instant instant() {
        return instant(text);
    }

    private static Instant instant(String text) {
        return text.contains("T")
                ? Instant.parse(text)
                : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    @Override
    public String toString() {
        return text;
    }
}
