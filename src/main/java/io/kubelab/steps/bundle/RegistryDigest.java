package io.kubelab.steps.bundle;

import io.kubelab.step.Fact;
import java.util.Optional;

/**
 * What a registry has under a repository and tag.
 *
 * @param registry {@code host:port} as seen from the virthost
 */
public record RegistryDigest(String registry, String repository, String tag)
        implements Fact.OfWorkstation<Optional<String>> {
    @Override
    public Optional<String> read(Workstation workstation) {
        return workstation.images().digest(workstation.throughVirthost(registry), repository, tag);
    }
}
