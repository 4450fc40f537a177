package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.MountTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The machine's root file system on the virthost: a linked clone, an overlay over a base that all
 * machines share. A machine keeps the base that it was made from, since what lies over a base fits
 * no other. One that still runs on a mount that is lost starts anew: two overlays over the same
 * upper layer would spoil it.
 *
 * <pre>{@code
 * - machine_root
 * }</pre>
 */
public record MachineRoot() implements Step {
    private static final FileAttributes DIRECTORY = new FileAttributes("0755", "root:root");

    @Override
    public String title() {
        return "the machine has a root file system";
    }

    @Override
    public Diff diff(Target target) {
        MachinePlaces places = MachinePlaces.of(target);
        target.askTogether(new FileText(places.base()), new MountTable());
        Optional<String> made = target.ask(new FileText(places.base())).map(String::strip);
        String base = made.orElseGet(() -> Artifacts.of(target).nodeBase().digest());
        var changes = new ArrayList<Change>();
        if (made.isEmpty()) {
            places.directories().forEach(d -> changes.add(new Change.MakeDirectory(d, DIRECTORY)));
            changes.add(
                    new Change.PutFile(
                            places.base(), new Content.Text(base + "\n"), FileAttributes.PUBLIC));
        }
        if (target.ask(new MountTable()).at(places.root()).isEmpty()) {
            Change mount = mount(places, VirthostPlaces.of(target).base(base));
            changes.addAll(MachineRunning.whileOff(target, mount));
        }
        return Diff.of(
                changes,
                "it is a clone of base %s"
                        .formatted(base.substring(0, Math.min(12, base.length()))));
    }

    private static Change mount(MachinePlaces places, String base) {
        return new Change.Run(
                Command.of(
                        "mount",
                        "-t",
                        "overlay",
                        "-o",
                        "lowerdir=%s,upperdir=%s,workdir=%s"
                                .formatted(base, places.upper(), places.work()),
                        "overlay",
                        places.root()),
                Duration.ofSeconds(10),
                "The kernel's reason is in 'dmesg' on the virthost; images_directory has to be on a file system that overlay can write to (ext4, xfs, btrfs).");
    }
}
