package io.kubelab.steps.general;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.PackagesInstalled;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Packages as a step wants them on the target's place, by the names that its distribution has for
 * them.
 *
 * @param names whose distributions aren't among them can't have what the step wants
 */
public record WantedPackages(Map<Packaging, List<String>> names) {
    public WantedPackages {
        names = Map.copyOf(names);
    }

    public WantedPackages(List<String> apt, List<String> dnf) {
        this(Map.of(Packaging.APT, apt, Packaging.DNF, dnf));
    }

    /**
     * What of them isn't installed.
     *
     * @throws InvalidInput if the step doesn't know their names there
     */
    public MissingPackages missing(Target target) {
        OsRelease.Found distribution = target.ask(new OsRelease());
        Packaging packaging =
                distribution
                        .packages()
                        .filter(names::containsKey)
                        .orElseThrow(() -> unknown(target, distribution));
        List<String> wanted = names.getOrDefault(packaging, List.of());
        if (wanted.isEmpty()) {
            return new MissingPackages(packaging, wanted);
        }
        Set<String> installed = target.ask(new PackagesInstalled(packaging, wanted));
        return new MissingPackages(
                packaging, wanted.stream().filter(n -> !installed.contains(n)).toList());
    }

    private InvalidInput unknown(Target target, OsRelease.Found distribution) {
        return new InvalidInput(
                target.place().name(),
                distribution
                        .packages()
                        .map(_ ->
                                "nobody has said what the packages are called that are wanted on %s; in a play, 'package' takes the names as 'apt' and as 'dnf', [] where none is needed")
                        .orElse(
                                "kubelab installs packages by apt-get and by dnf, and %s has neither")
                        .formatted(distribution.prettyName()));
    }
}
