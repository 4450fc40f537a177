package io.kubelab.steps.machines;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;

/**
 * No files of the lab's on the virthost.
 *
 * <pre>{@code
 * - lab_directory_absent
 * }</pre>
 */
public record LabDirectoryAbsent() implements Step {
    @Override
    public String title() {
        return "the lab's directory on the virthost is gone";
    }

    @Override
    public Diff diff(Target target) {
        VirthostPlaces places = VirthostPlaces.of(target);
        return target.ask(new DirectoryEntries(places.labs())).contains(places.lab())
                ? Diff.needs(new Change.Remove(places.labDirectory()))
                : Diff.inOrder("it is not there");
    }
}
