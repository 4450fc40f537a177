package io.kubelab.settings;

import java.util.List;

/**
 * How many networks a machine is on, in kube-ansible's words.
 *
 * @param text {@code default}: one; {@code 2nics}: a second one of the machines alone
 */
public record NetworkType(String text) implements Word {
    private static final String TWO = "2nics";

    /** No Java name begins with a digit, so this is no enum. */
    static final List<String> WORDS = List.of("default", TWO);

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public NetworkType {
        if (!WORDS.contains(text)) {
            throw new IllegalArgumentException(
                    "'%s' is not a type of network; there are %s"
                            .formatted(text, String.join(" and ", WORDS)));
        }
    }

    public boolean hasTwoNics() {
        return text.equals(TWO);
    }

    @Override
    public String toString() {
        return text;
    }
}
