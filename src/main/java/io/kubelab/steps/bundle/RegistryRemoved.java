package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;

/**
 * The lab's registry doesn't run and isn't started at boot. Its data, which other labs of the
 * virthost use, stay.
 *
 * <pre>{@code
 * - registry_removed
 * }</pre>
 */
public record RegistryRemoved() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String title() {
        return "the lab's registry is gone";
    }

    @Override
    public Diff diff(Target target) {
        RegistryPlace place = RegistryPlace.of(target);
        Set<String> processes = target.ask(new ProcessArguments());
        boolean unit = !(target.ask(new FileState(place.unitFile())) instanceof Found.Absent);
        boolean systemd = target.ask(new Succeeds(RegistryPlace.SYSTEMD));
        boolean running =
                processes.stream()
                        .anyMatch(p -> p.contains(" serve " + place.directory() + "/registry-"));
        var changes = new ArrayList<Change>();
        if (unit && systemd) {
            changes.add(run(Command.of("systemctl", "disable", "--now", place.unit())));
        } else if (running) {
            changes.add(run(place.stop()));
        }
        if (unit) {
            changes.add(new Change.Remove(place.unitFile()));
        }
        return Diff.of(changes, "it does not run");
    }

    private static Change run(Command command) {
        return new Change.Run(command, LIMIT, "Look at its output.");
    }
}
