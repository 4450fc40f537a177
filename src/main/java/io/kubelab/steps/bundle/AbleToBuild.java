package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.remote.Privilege;
import io.kubelab.settings.BundleSettings.BundleSource;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.general.MissingPackages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What building needs and kubelab can't install is on the workstation: Go, and the packages of
 * build_tools or root's rights to install them. Where everything is built nothing is needed.
 *
 * <pre>{@code
 * - able_to_build
 * }</pre>
 */
public record AbleToBuild() implements Requirement {
    private static final String PLACE = "this workstation";

    @Override
    public String title() {
        return "this workstation can build what a cluster needs";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        if (artifacts.madeHere().isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        target.askTogether(new GoToolchain(), new OsRelease(), new Superuser());
        var problems = new ArrayList<Problem>();
        GoToolchain.Found go = target.ask(new GoToolchain());
        if (!go.usable()) {
            problems.add(
                    new Problem(
                            "go",
                            "Go 1.26 or newer builds the bundle, and %s; install it from https://go.dev/dl/ and see that 'go' is in PATH"
                                    .formatted(
                                            go.version()
                                                    .map(v -> "this is " + v)
                                                    .orElse("there is none"))));
        }
        packages(target).ifPresent(problems::add);
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return new Diff.InOrder(
                go.version().orElse(""),
                target.settings().bundle().bundleSource() == BundleSource.RELEASED
                        ? notices(artifacts.unreleased())
                        : List.of());
    }

    private static List<String> notices(List<String> unreleased) {
        return unreleased.isEmpty()
                ? List.of()
                : List.of(
                        "No release is pinned of %s: what they are is built here. A file that release_pins names can pin others."
                                .formatted(String.join(", ", unreleased)));
    }

    private static Optional<Problem> packages(Target target) {
        OsRelease.Found distribution = target.ask(new OsRelease());
        if (!distribution.packages().equals(Optional.of(Packaging.APT))) {
            return Optional.of(
                    new Problem(
                            PLACE,
                            "nodes are made of Debian's packages, which %s has no tools for; build on Debian or Ubuntu, and carry what was built here by 'kubelab bundle export' and 'kubelab bundle import'"
                                    .formatted(distribution.prettyName())));
        }
        MissingPackages missing = BuildTools.packages(target).missing(target);
        return !missing.isEmpty() && target.ask(new Superuser()) == Privilege.SUDO
                ? Optional.of(
                        new Problem(
                                PLACE,
                                "packages are missing that only root can install; run 'sudo apt-get install %s'"
                                        .formatted(String.join(" ", missing.names()))))
                : Optional.empty();
    }
}
