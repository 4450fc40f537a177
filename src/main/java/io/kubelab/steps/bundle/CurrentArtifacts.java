package io.kubelab.steps.bundle;

import io.kubelab.document.Documents;
import io.kubelab.settings.BundleSettings;
import io.kubelab.step.Fact;
import java.nio.file.Path;

/**
 * What {@code bundle/} and the settings ask for, and what of it the cache has.
 *
 * @param home the directory that holds {@code bundle/}
 */
record CurrentArtifacts(
        Path home,
        Path cache,
        BundleSettings settings,
        MachineBase machineBase,
        Documents documents)
        implements Fact.OfWorkstation<Artifacts> {
    @Override
    public Artifacts read(Workstation workstation) {
        return new Artifacts(
                cache,
                settings,
                machineBase,
                BundleReader.read(
                        documents, BundleFiles.of(home.resolve("bundle"), settings), settings),
                StoredArtifacts.in(cache));
    }
}
