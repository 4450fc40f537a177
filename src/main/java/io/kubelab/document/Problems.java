package io.kubelab.document;

import io.kubelab.document.Node.Mark;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Everything that is wrong with the input, gathered while reading goes on, so that the user hears
 * of all of it at once. The same problem at the same place counts once.
 */
public final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();

    public void add(Mark place, String what) {
        found.add(new Problem(place.toString(), what));
    }

    /**
     * @param place an option or another place that is not in a file
     */
    public void add(String place, String what) {
        found.add(new Problem(place, what));
    }

    /** What {@code reading} returns; empty, and its problems are added, if its input is invalid. */
    public <T> Optional<T> attempt(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (InvalidInput e) {
            found.addAll(e.problems());
            return Optional.empty();
        }
    }

    /** How many there are: who binds compares the count before with the count after. */
    public int count() {
        return found.size();
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }

    /**
     * @throws InvalidInput with all of them
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInput(all());
        }
    }
}
