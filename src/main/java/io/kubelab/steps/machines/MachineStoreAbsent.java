package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.MountTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nothing of kubelab's in {@code images_directory}, and no such directory if it holds nothing else.
 *
 * <pre>{@code
 * - machine_store_absent
 * }</pre>
 */
public record MachineStoreAbsent() implements Step {
    /** What kubelab puts there. */
    private static final Set<String> OURS =
            Set.of("bases", "images", "labs", "before", "bin", "registry");

    @Override
    public String title() {
        return "the virthost's directory for machines is gone";
    }

    @Override
    public Diff diff(Target target) {
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        String root = VirthostPlaces.of(target).root();
        Set<String> there = target.ask(new DirectoryEntries(root));
        var changes = new ArrayList<Change>();
        there.stream()
                .filter(OURS::contains)
                .sorted()
                .forEach(entry -> changes.add(new Change.Remove(root + "/" + entry)));
        List<MountTable.Mount> mounts =
                target.ask(new MountTable()).below(root).stream()
                        .filter(m -> m.point().equals(root))
                        .toList();
        boolean ours = !mounts.isEmpty() && isOurs(mounts.getFirst());
        if (ours) {
            changes.add(
                    new Change.Run(
                            Command.of("umount", root),
                            Duration.ofSeconds(10),
                            "'fuser -vm %s' on the virthost shows who uses it.".formatted(root)));
        }
        boolean isMountPoint = mounts.size() > (ours ? 1 : 0);
        if (!there.isEmpty() && OURS.containsAll(there) && !isMountPoint) {
            changes.add(new Change.Remove(root));
        }
        return Diff.of(changes, "there is nothing of kubelab's in " + root);
    }

    /** The directory mounted on itself by {@link MachineStore}, not a disk of the user's. */
    private static boolean isOurs(MountTable.Mount mount) {
        return mount.isShared() && !"/".equals(mount.root());
    }
}
