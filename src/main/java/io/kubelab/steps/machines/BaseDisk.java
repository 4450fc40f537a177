package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.DirectoryEntries;
import java.time.Duration;

/**
 * The bundle's disk image on the virthost, under its digest. It is never written to again: the
 * disks of machines are clones of it.
 *
 * <pre>{@code
 * - base_disk
 * }</pre>
 */
public record BaseDisk() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Override
    public String title() {
        return "the image of the machines' disks is on the virthost";
    }

    @Override
    public Diff diff(Target target) {
        Content.Artifact disk = Artifacts.of(target).nodeDisk();
        VirthostPlaces places = VirthostPlaces.of(target);
        String path = path(target);
        if (target.ask(new DirectoryEntries(places.bases())).contains(name(disk))) {
            return Diff.inOrder("it is " + path);
        }
        String unfinished = path + ".unfinished";
        String sum = path + ".sha256";
        return Diff.needs(
                new Change.PutFile(
                        sum,
                        new Content.Text("%s  %s\n".formatted(disk.sha256(), unfinished)),
                        FileAttributes.PUBLIC),
                new Change.Stream(
                        disk.file(),
                        Command.of("cp", "/dev/stdin", unfinished),
                        LIMIT,
                        "See that images_directory on the virthost has 2 GB of free space."),
                new Change.Run(
                        Command.of("sha256sum", "--check", "--quiet", sum)
                                .then(Command.of("chmod", "0644", unfinished))
                                .then(Command.of("mv", "-T", unfinished, path))
                                .then(Command.of("rm", sum)),
                        Duration.ofMinutes(5),
                        "It was changed on its way; run the same command again."));
    }

    /** Where it is or will be. */
    static String path(Target target) {
        return VirthostPlaces.of(target).bases() + "/" + name(Artifacts.of(target).nodeDisk());
    }

    static String name(Content.Artifact disk) {
        return disk.sha256() + ".qcow2";
    }
}
