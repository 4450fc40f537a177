package io.kubelab.steps.general;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import java.util.List;
import java.util.stream.Stream;

/** Packages of a host that are to go, with their configuration; what they needed stays. */
public record UnwantedPackages(Packaging packaging, List<String> names) {
    public UnwantedPackages {
        names = List.copyOf(names);
    }

    /** By root. */
    public Change removal() {
        return switch (packaging) {
            case APT ->
                    new Change.RunLong(
                            "apt-get",
                            PackageTool.dpkgCompleted()
                                    .then(
                                            PackageTool.apt(
                                                    words(
                                                            PackageTool.APT_WAITS,
                                                            List.of(
                                                                    "purge",
                                                                    "--yes",
                                                                    "--allow-change-held-packages"))))
                                    .withEnvironment(PackageTool.APT_ENVIRONMENT),
                            MissingPackages.LIMIT,
                            MissingPackages.APT);
            case DNF ->
                    new Change.RunLong(
                            "dnf",
                            PackageTool.dnf(
                                    words(
                                            List.of("--setopt=clean_requirements_on_remove=False"),
                                            List.of("remove"))),
                            MissingPackages.LIMIT,
                            MissingPackages.DNF);
        };
    }

    private String[] words(List<String> before, List<String> command) {
        return Stream.of(before, command, names).flatMap(List::stream).toArray(String[]::new);
    }
}
