package io.kubelab.steps.bundle;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.MissingPackages;
import io.kubelab.steps.general.WantedPackages;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    private static final List<String> ALWAYS =
            List.of("mmdebstrap", "debian-archive-keyring", "gcc", "libc6-dev");

    private static final List<String> FOR_DISKS =
            List.of("e2fsprogs", "extlinux", "fdisk", "mount", "mtools", "qemu-utils");

    @Override
    public String title() {
        return "what building needs is here";
    }

    @Override
    public Diff diff(Target target) {
        if (Artifacts.of(target).madeHere().isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        MissingPackages missing = packages(target).missing(target);
        return missing.isEmpty()
                ? Diff.inOrder("all of them")
                : Diff.needs(missing.installation(target.ask(new Superuser())));
    }

    static WantedPackages packages(Target target) {
        return new WantedPackages(
                Map.of(
                        Packaging.APT,
                        MachineBase.of(target.settings()) == MachineBase.DISK
                                ? Stream.concat(ALWAYS.stream(), FOR_DISKS.stream()).toList()
                                : ALWAYS));
    }
}
