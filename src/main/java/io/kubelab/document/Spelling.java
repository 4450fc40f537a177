package io.kubelab.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Guesses what a misspelt word was meant to be. */
public final class Spelling {
    /** More words than this are not listed in a message. */
    private static final int LISTED = 12;

    private Spelling() {}

    /**
     * The end of a sentence about an unknown word: {@code , did you mean 'name'?}, or the words
     * that are known if they are few, or nothing.
     */
    public static String hint(String wrong, Collection<String> known) {
        Optional<String> meant = nearest(wrong, known);
        if (meant.isPresent()) {
            return ", did you mean '" + meant.get() + "'?";
        }
        if (known.isEmpty() || known.size() > LISTED) {
            return "";
        }
        return "; known are "
                + known.stream().sorted().map(k -> "'" + k + "'").collect(Collectors.joining(", "));
    }

    /** The known word that is at most a third of its letters away. */
    static Optional<String> nearest(String wrong, Collection<String> known) {
        String folded = fold(wrong);
        return known.stream()
                .filter(k -> distance(folded, fold(k)) <= Math.max(1, k.length() / 3))
                .min(
                        Comparator.comparingInt((String k) -> distance(folded, fold(k)))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Optimal string alignment distance: how many letters have to be put in, left out, replaced or
     * swapped with their neighbour.
     */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
