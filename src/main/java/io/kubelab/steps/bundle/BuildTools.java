package io.kubelab.steps.bundle;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.PackagesInstalled;
import io.kubelab.steps.general.Package;
import java.util.List;
import java.util.Set;

/**
 * What building needs of the distribution's packages is on the workstation: mmdebstrap and a C
 * compiler. Where everything is built nothing is needed.
 *
 * <pre>{@code
 * - build_tools
 * }</pre>
 */
public record BuildTools() implements Step {
    /** flannel is linked with libc6-dev's static C library. */
    static final List<String> PACKAGES =
            List.of("mmdebstrap", "debian-archive-keyring", "gcc", "libc6-dev");

    @Override
    public String title() {
        return "what building needs is here";
    }

    @Override
    public Diff diff(Target target) {
        if (Artifacts.of(target).unbuilt().isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        List<String> missing = missing(target);
        return missing.isEmpty()
                ? Diff.inOrder("all of them")
                : Diff.needs(Package.installation(missing, target.ask(new Superuser())));
    }

    static List<String> missing(Target target) {
        Set<String> installed = target.ask(new PackagesInstalled(PACKAGES));
        return PACKAGES.stream().filter(p -> !installed.contains(p)).toList();
    }
}
