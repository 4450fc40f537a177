package io.kubelab.steps.machines;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedFile;
import java.util.List;

/**
 * Files of a virtual machine that go by the lab and not by its seed: who else there is, and how
 * long a shutdown waits.
 *
 * <pre>{@code
 * - guest_files
 * }</pre>
 */
public record GuestFiles() implements Step {
    @Override
    public String title() {
        return "the machine knows the others";
    }

    @Override
    public Diff diff(Target target) {
        HostNames model = HostNames.of(target);
        List<WantedFile> files =
                List.of(
                        WantedFile.rendered(target, "/etc/hosts", "node/hosts", model),
                        WantedFile.rendered(
                                target,
                                "/etc/systemd/system.conf.d/kubelab.conf",
                                "node/system.conf",
                                model));
        return Diff.of(WantedFile.changes(target, files), files.size() + " files say so");
    }
}
