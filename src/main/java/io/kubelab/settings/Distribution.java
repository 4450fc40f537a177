package io.kubelab.settings;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What root file systems are made of.
 *
 * @param text {@code debian-13}
 */
public record Distribution(String text) implements Word {
    /** By Debian's own word. */
    private static final Map<String, String> SUITES =
            Map.of("debian-12", "bookworm", "debian-13", "trixie");

    /** No Java name has a '-', so this is no enum. */
    static final List<String> WORDS = SUITES.keySet().stream().sorted().toList();

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Distribution {
        if (!WORDS.contains(text)) {
            throw new IllegalArgumentException(
                    "nothing is made of '%s'; there are %s"
                            .formatted(text, String.join(" and ", WORDS)));
        }
    }

    /** {@code trixie}. */
    public String suite() {
        return Objects.requireNonNull(SUITES.get(text));
    }

    @Override
    public String toString() {
        return text;
    }
}
