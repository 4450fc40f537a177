package io.kubelab.steps.bundle;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.PackagesInstalled;
import io.kubelab.steps.general.Package;
import java.util.List;
import java.util.Set;
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
            List.of("e2fsprogs", "extlinux", "fdisk", "mount", "qemu-utils");

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
        List<String> wanted = packages(target);
        Set<String> installed = target.ask(new PackagesInstalled(wanted));
        return wanted.stream().filter(p -> !installed.contains(p)).toList();
    }

    static List<String> packages(Target target) {
        return MachineBase.of(target.settings()) == MachineBase.DISK
                ? Stream.concat(ALWAYS.stream(), FOR_DISKS.stream()).toList()
                : ALWAYS;
    }
}
