package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.PackagesInstalled;
import java.util.ArrayList;
import java.util.List;

/**
 * What building needs and kubelab can't install is on the workstation: Go, and the packages of
 * build_tools or root's rights to install them. Where everything is built nothing is needed.
 *
 * <pre>{@code
 * - able_to_build
 * }</pre>
 */
public record AbleToBuild() implements Requirement {
    @Override
    public String title() {
        return "this workstation can build what a cluster needs";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        if (Artifacts.of(target).unbuilt().isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        target.askTogether(
                new GoToolchain(),
                new PackagesInstalled(BuildTools.packages(target)),
                new Superuser());
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
        List<String> missing = BuildTools.missing(target);
        if (!missing.isEmpty() && target.ask(new Superuser()) == Privilege.SUDO) {
            problems.add(
                    new Problem(
                            "this workstation",
                            "packages are missing that only root can install; run 'sudo apt-get install %s'"
                                    .formatted(String.join(" ", missing))));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return Diff.inOrder(go.version().orElse(""));
    }
}
