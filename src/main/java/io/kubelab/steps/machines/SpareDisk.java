package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Command;
import io.kubelab.settings.SpareDiskSettings;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.Succeeds;
import java.util.Optional;

/**
 * A virtual machine's second disk on the virthost. It lies among other people's files; that it is
 * the lab's is written down in the machine's own directory before it is made.
 *
 * @param file absolute
 * @param note where it is written down
 */
record SpareDisk(String file, String note) {
    /** Empty if the settings want none. */
    static Optional<SpareDisk> of(Target target, String machine) {
        SpareDiskSettings settings = target.settings().spareDisk();
        return settings.spareDiskAttach()
                ? Optional.of(
                        new SpareDisk(
                                settings.spareDiskLocation() + "/" + fileName(target, machine),
                                note(target, machine)))
                : Optional.empty();
    }

    /** A disk that was made, whatever the settings say today. */
    static Optional<String> made(Target target, String machine) {
        return target.ask(new FileText(note(target, machine)))
                .map(String::strip)
                .filter(file -> file.endsWith("/" + fileName(target, machine)));
    }

    static Succeeds isThere(String file) {
        return new Succeeds(Command.of("test", "-e", file));
    }

    /** Machines' names have no '.'. */
    private static String fileName(Target target, String machine) {
        return "kubelab-%s.%s.qcow2".formatted(target.lab().tag().name(), machine);
    }

    private static String note(Target target, String machine) {
        return VirthostPlaces.of(target).machine(machine).spareDisk();
    }

    /**
     * @throws InvalidInput if somebody else's file is in its place, or its place is another now
     */
    void check(Target target, String machine) {
        Optional<String> made = made(target, machine);
        if (made.filter(place -> !place.equals(file)).isPresent()) {
            throw new InvalidInput(
                    "spare_disk_location",
                    "the spare disk of '%s' is %s on %s; go back to that directory, or run 'kubelab vm-teardown', which removes it"
                            .formatted(machine, made.get(), target.place()));
        }
        if (made.isEmpty() && target.ask(isThere(file))) {
            throw new InvalidInput(
                    "spare_disk_location",
                    "%s is on %s already and kubelab did not make it; move it away, or name another directory for the spare disk of '%s'"
                            .formatted(file, target.place(), machine));
        }
    }
}
