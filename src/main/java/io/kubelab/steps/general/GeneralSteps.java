package io.kubelab.steps.general;

import io.kubelab.step.Step;
import java.util.List;

/** What {@code kubelab steps} shows first. */
public final class GeneralSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    File.class,
                    Template.class,
                    Package.class,
                    Service.class,
                    Command.class,
                    Manifest.class);

    private GeneralSteps() {}
}
