package io.kubelab.steps.bundle;

import io.kubelab.remote.Content;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A root file system of Debian packages, as a tar file. It is resolved once and then kept, with the
 * versions beside it in {@code packages}, until the setting {@code packages_since} asks for a newer
 * one.
 *
 * <pre>{@code
 * - root_filesystem: { item: node }
 * }</pre>
 *
 * @param item a directory of {@code bundle/} with a packages.yml
 */
public record RootFilesystem(String item) implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final String ROOT = "root.tar";

    /** Debian starts it wherever it is installed; a play does so where it is wanted. */
    private static final String BALANCES_NOTHING =
            "--customize-hook=chroot \"$1\" systemctl disable haproxy.service";

    /** dpkg's database of the file system. */
    private static final String STATUS = "status";

    @Override
    public String title() {
        return "the root file system '%s' is made of packages".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        RootPackages root = artifacts.rootPackages(item);
        Slot slot = artifacts.rootSlot(item);
        if (artifacts.contents(slot).isPresent()) {
            return Diff.inOrder(
                    "%s with %d packages asked for is made"
                            .formatted(root.suite(), root.packages().size()));
        }
        return target.ask(new UnrecordedContents(slot.directory()))
                .map(made -> recorded(target, made, slot))
                .orElseGet(
                        () -> Diff.needs(make(artifacts, root, slot, target.ask(new Superuser()))));
    }

    private static Diff recorded(Target target, Contents made, Slot slot) {
        String packages = target.ask(new InstalledVersions(slot.file(STATUS)));
        return Diff.needs(
                new Change.WriteLocalFile(
                        slot.file("packages"), new Content.Text(packages), "0644"),
                // whoever was killed here may have left the other file
                made.only(ROOT, STATUS).written(slot.directory()));
    }

    private static Change make(
            Artifacts artifacts, RootPackages root, Slot slot, Privilege privilege) {
        String temporary = slot.temporary().toString();
        var argv =
                new ArrayList<>(
                        List.of(
                                "mmdebstrap",
                                "--variant=minbase",
                                "--architectures=" + artifacts.architecture(),
                                "--include=" + String.join(",", root.packages()),
                                "--customize-hook=copy-out /var/lib/dpkg/status " + temporary));
        if (root.packages().contains(Artifacts.LOAD_BALANCER)) {
            argv.add(BALANCES_NOTHING);
        }
        argv.addAll(List.of(root.suite(), temporary + "/" + ROOT));
        return new Change.RunLong(
                slot.identity(),
                slot.builtByRoot(privilege, argv),
                LIMIT,
                "Its output says why. It needs root (or sudo without a password) and reads packages from deb.debian.org, as apt's own proxy settings say.");
    }
}
