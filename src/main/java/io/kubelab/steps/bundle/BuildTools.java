package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.PackagesInstalled;
import io.kubelab.steps.general.Package;
import java.util.List;
import java.util.Set;

/**
 * What building needs is on the workstation: mmdebstrap and a C compiler from the distribution's
 * packages, and Go, which must have been installed. Where everything is built nothing is needed.
 *
 * <pre>{@code
 * - build_tools
 * }</pre>
 */
public record BuildTools() implements Step {
    /** flannel is linked with libc6-dev's static C library. */
    private static final List<String> PACKAGES =
            List.of("mmdebstrap", "debian-archive-keyring", "gcc", "libc6-dev");

    @Override
    public String title() {
        return "what building needs is here";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        if (artifacts.unbuilt().isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        GoToolchain.Found go = target.ask(new GoToolchain());
        if (!go.usable()) {
            throw new InvalidInput(
                    "go",
                    "Go 1.26 or newer builds the bundle, and %s; install it from https://go.dev/dl/ and see that 'go' is in PATH"
                            .formatted(
                                    go.version().map(v -> "this is " + v).orElse("there is none")));
        }
        Set<String> installed = target.ask(new PackagesInstalled(PACKAGES));
        List<String> missing = PACKAGES.stream().filter(p -> !installed.contains(p)).toList();
        if (missing.isEmpty()) {
            return Diff.inOrder(go.version().orElse(""));
        }
        Privilege privilege = target.ask(new Superuser());
        if (privilege == Privilege.SUDO) {
            throw new InvalidInput(
                    "this workstation",
                    "packages are missing that only root can install; run 'sudo apt-get install %s'"
                            .formatted(String.join(" ", missing)));
        }
        return Diff.needs(Package.installation(missing, privilege));
    }
}
