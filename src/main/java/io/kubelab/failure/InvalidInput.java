package io.kubelab.failure;

import java.util.List;

/**
 * The input is wrong; carries every problem that was found, so that they can be mended at once.
 * Nothing was touched.
 */
public final class InvalidInput extends LabException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public InvalidInput(List<Problem> problems) {
        super(
                String.join("\n", problems.stream().map(Problem::toString).toList()),
                "Mend the input and run the same command again; nothing was touched.");
        this.problems = List.copyOf(problems);
    }

    public InvalidInput(String place, String what) {
        this(List.of(new Problem(place, what)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
