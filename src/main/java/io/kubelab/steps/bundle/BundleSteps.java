package io.kubelab.steps.bundle;

import io.kubelab.step.Step;
import java.util.List;

/** Artifacts: what is built, and how it gets to the virthost's registry. */
public final class BundleSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    AbleToBuild.class,
                    RoomToBuild.class,
                    BuildTools.class,
                    GoBinary.class,
                    CniPluginBinaries.class,
                    RootFilesystem.class,
                    DiskImage.class,
                    ProgramLayer.class,
                    Image.class,
                    FreePorts.class,
                    Registry.class,
                    RegistryAdmitted.class,
                    RegistryImage.class,
                    RegistryRemoved.class,
                    RegistryShutOut.class,
                    PrunedCache.class,
                    ExportedBundle.class,
                    ImportedBundle.class);

    private BundleSteps() {}
}
