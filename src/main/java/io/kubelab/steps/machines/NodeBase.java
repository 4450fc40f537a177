package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.DirectoryEntries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The root file system of nodes, unpacked on the virthost under its digest. It is never written to
 * again: machines are clones of it.
 *
 * <pre>{@code
 * - node_base
 * }</pre>
 */
public record NodeBase() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Override
    public String title() {
        return "the nodes' root file system is on the virthost";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts.NodeBase base = Artifacts.of(target).nodeBase();
        VirthostPlaces places = VirthostPlaces.of(target);
        if (target.ask(new DirectoryEntries(places.bases())).contains(base.digest())) {
            return Diff.inOrder("it is in " + places.base(base.digest()));
        }
        String unfinished = places.base(base.digest()) + ".unfinished";
        var changes = new ArrayList<Change>();
        changes.add(new Change.Remove(unfinished));
        for (Path layer : base.layers()) {
            changes.add(unpack(layer, unfinished));
        }
        changes.add(
                new Change.Run(
                        Command.of("mv", "-T", unfinished, places.base(base.digest())),
                        Duration.ofSeconds(30),
                        "Remove %s on the virthost and run the command again."
                                .formatted(unfinished)));
        return Diff.of(changes, "");
    }

    private static Change unpack(Path layer, String directory) {
        return new Change.Stream(
                layer,
                Command.of("mkdir", "-p", directory)
                        .then(
                                Command.of(
                                        List.of(
                                                "tar",
                                                "--extract",
                                                "--numeric-owner",
                                                "--preserve-permissions",
                                                "--xattrs",
                                                "--xattrs-include=*",
                                                "--overwrite",
                                                "--keep-directory-symlink",
                                                "--directory=" + directory))),
                LIMIT,
                "See that images_directory on the virthost has 2 GB of free space.");
    }
}
