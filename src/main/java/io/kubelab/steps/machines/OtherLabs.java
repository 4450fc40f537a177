package io.kubelab.steps.machines;

import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import java.util.Optional;
import java.util.stream.Collectors;

/** Labs that share the virthost: while there are any, what they share stays. */
final class OtherLabs {
    private OtherLabs() {}

    /** Why something stays; empty: there is no other lab. */
    static Optional<String> need(Target target) {
        VirthostPlaces places = VirthostPlaces.of(target);
        String others =
                target.ask(new DirectoryEntries(places.labs())).stream()
                        .filter(lab -> !lab.equals(places.lab()))
                        .sorted()
                        .collect(Collectors.joining(", "));
        return others.isEmpty() ? Optional.empty() : Optional.of("other labs need it: " + others);
    }
}
