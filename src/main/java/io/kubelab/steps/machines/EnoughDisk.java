package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.FreeSpace;
import java.util.Optional;
import java.util.Set;

/**
 * Room in the virthost's images_directory for what isn't there yet: the nodes' root file system and
 * the registry's images once, and what each machine writes.
 *
 * <pre>{@code
 * - enough_disk
 * }</pre>
 */
public record EnoughDisk() implements Requirement {
    /** MiB of a root file system and the images. */
    private static final long SHARED = 2000;

    /** MiB that a node has written when it is Ready. */
    private static final long MACHINE = 1000;

    @Override
    public String title() {
        return "the virthost has room for the lab's machines";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        VirthostPlaces places = VirthostPlaces.of(target);
        var bases = new DirectoryEntries(places.bases());
        var machines = new DirectoryEntries(places.machines());
        target.askTogether(bases, machines, new FreeSpace());
        Set<String> made = target.ask(machines);
        long needed =
                MACHINE
                        * target.lab().machinesOn(target.place()).stream()
                                .map(VirtualMachine::name)
                                .filter(name -> !made.contains(name))
                                .count();
        if (!hasBase(target, target.ask(bases))) {
            needed += SHARED;
        }
        Optional<Long> free = target.ask(new FreeSpace()).at(places.root());
        if (free.isPresent() && free.get() < needed) {
            throw new InvalidInput(
                    "images_directory",
                    "%s on %s has %d MiB of free space, and the lab needs %d; free some, or name a directory where there is more"
                            .formatted(places.root(), target.place(), free.get(), needed));
        }
        return Diff.inOrder(
                "%d MiB, of %s"
                        .formatted(needed, free.map(String::valueOf).orElse("unknown many")));
    }

    private static boolean hasBase(Target target, Set<String> bases) {
        if (target.settings().machines().domainType().isContainer()) {
            return bases.contains(Artifacts.of(target).nodeBase().digest());
        }
        return WantedImage.of(target)
                .map(image -> BaseImage.verified(target, image).isPresent())
                .orElseGet(() -> bases.contains(BaseDisk.name(Artifacts.of(target).nodeDisk())));
    }
}
