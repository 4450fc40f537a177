package io.kubelab.inventory;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line as a shell would: white space separates, single and double quotes hold together, a
 * backslash takes the next character as it is, {@code #} at the start of a word begins a comment.
 */
public final class Words {
    private Words() {}

    /**
     * @param text without quotes
     * @param column where it starts, counted from 1
     */
    public record Word(String text, int column) {}

    /**
     * @throws IllegalArgumentException if a quote isn't closed
     */
    public static List<Word> of(String line) {
        var words = new ArrayList<Word>();
        var word = new StringBuilder();
        int start = -1;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"' && i + 1 < line.length()) {
                    word.append(line.charAt(++i));
                } else {
                    word.append(c);
                }
                continue;
            }
            if (start < 0) {
                if (c == '#') {
                    break;
                }
                start = Character.isWhitespace(c) ? -1 : i;
            }
            if (Character.isWhitespace(c)) {
                if (start >= 0) {
                    words.add(new Word(word.toString(), start + 1));
                    word.setLength(0);
                    start = -1;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("the quote " + quote + " is not closed");
        }
        if (start >= 0) {
            words.add(new Word(word.toString(), start + 1));
        }
        return List.copyOf(words);
    }
}
