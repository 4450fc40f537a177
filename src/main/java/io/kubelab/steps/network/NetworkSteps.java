package io.kubelab.steps.network;

import io.kubelab.step.Step;
import java.util.List;

/** The networks of pods. */
public final class NetworkSteps {
    public static final List<Class<? extends Step>> ALL =
            List.of(
                    Flannel.class,
                    FlannelOnNode.class,
                    MultusPlugin.class,
                    CniPlugins.class,
                    MultusConfig.class,
                    NetworkAttachment.class,
                    NetworkOnNode.class);

    private NetworkSteps() {}
}
