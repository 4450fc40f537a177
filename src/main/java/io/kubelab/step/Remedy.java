package io.kubelab.step;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the user can do when a command has failed.
 *
 * @param signs what its output may tell of the reason; the first that is found counts
 * @param otherwise if there is none of them
 */
public record Remedy(List<Sign> signs, String otherwise) {
    /**
     * @param says is found in the output, whose language is C's
     */
    public record Sign(Pattern says, String remedy) {
        public Sign(String says, String remedy) {
            this(Pattern.compile(says), remedy);
        }
    }

    public Remedy {
        signs = List.copyOf(signs);
    }

    /** The same for whatever reason. */
    public Remedy(String otherwise) {
        this(List.of(), otherwise);
    }

    /** With further signs, which are looked for first. */
    public Remedy after(List<Sign> first) {
        return new Remedy(Stream.concat(first.stream(), signs.stream()).toList(), otherwise);
    }

    /** For a command that left this output. */
    public String after(String output) {
        return signs.stream()
                .filter(sign -> sign.says().matcher(output).find())
                .findFirst()
                .map(Sign::remedy)
                .orElse(otherwise);
    }
}
