package io.kubelab.steps.bundle;

import io.kubelab.step.Fact;
import java.nio.file.Path;
import java.util.Optional;

/** The digest of the image in an OCI layout; empty if there is none or a part is missing. */
public record LayoutDigest(Path layout) implements Fact.OfWorkstation<Optional<String>> {
    @Override
    public Optional<String> read(Workstation workstation) {
        return workstation.images().digest(layout);
    }
}
