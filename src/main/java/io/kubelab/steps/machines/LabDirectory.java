package io.kubelab.steps.machines;

import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedFile;

/**
 * The lab's directory on the virthost. It says whose the lab is, and that there is one, before
 * anything is made that several labs share.
 *
 * <pre>{@code
 * - lab_directory
 * }</pre>
 */
public record LabDirectory() implements Step {
    @Override
    public String title() {
        return "the lab has a directory on the virthost";
    }

    @Override
    public Diff diff(Target target) {
        VirthostPlaces places = VirthostPlaces.of(target);
        var uuid =
                new WantedFile(
                        places.uuid(),
                        new Content.Text(target.lab().tag().uuid() + "\n"),
                        FileAttributes.PUBLIC);
        return Diff.of(uuid.changes(target), places.labDirectory() + " says whose it is");
    }
}
