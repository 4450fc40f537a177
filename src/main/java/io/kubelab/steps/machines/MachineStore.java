package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.MountTable;
import java.time.Duration;
import java.util.ArrayList;

/**
 * The directory {@code images_directory}. A daemon may run in a mount namespace of its own (ours
 * does where there is no systemd); it sees what we mount here only if the directory is on a shared
 * mount, as everything is under systemd.
 *
 * <pre>{@code
 * - machine_store
 * }</pre>
 */
public record MachineStore() implements Step {
    private static final FileAttributes ATTRIBUTES = new FileAttributes("0755", "root:root");

    @Override
    public String title() {
        return "the virthost has a directory for machines";
    }

    @Override
    public Diff diff(Target target) {
        String path = VirthostPlaces.of(target).root();
        target.askTogether(new FileState(path), new MountTable());
        var changes = new ArrayList<Change>();
        if (!target.ask(new FileState(path)).isDirectory(ATTRIBUTES)) {
            changes.add(new Change.MakeDirectory(path, ATTRIBUTES));
        }
        boolean shared =
                target.ask(new MountTable())
                        .holding(path)
                        .filter(MountTable.Mount::isShared)
                        .isPresent();
        if (!shared) {
            changes.add(
                    new Change.Run(
                            Command.of("mount", "--bind", path, path)
                                    .then(Command.of("mount", "--make-shared", path)),
                            Duration.ofSeconds(10),
                            "kubelab has to be root on the virthost, and able to mount."));
        }
        return Diff.of(changes, path + " is there, and on a shared mount");
    }
}
