package io.kubelab.steps.machines;

import io.kubelab.document.Documents;
import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.GuestImage;
import io.kubelab.settings.ImageSettings;
import io.kubelab.settings.KnownImage;
import io.kubelab.step.Fact;
import java.nio.file.Path;

/**
 * What the settings and {@code inventory/images.yml} say that machines are clones of.
 *
 * @param home the directory that holds {@code inventory/}
 * @param architecture in Debian's word
 */
record CurrentImage(Path home, ImageSettings settings, String architecture, Documents documents)
        implements Fact.OfWorkstation<GuestImage> {
    @Override
    public GuestImage read(Workstation workstation) {
        return GuestImage.of(
                        settings,
                        KnownImage.table(documents, home),
                        architecture,
                        (key, what) -> {
                            throw new InvalidInput(key, what);
                        })
                .orElseThrow();
    }
}
