package io.kubelab.steps.general;

import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;

/**
 * Objects of the cluster, rendered from {@code templates/} with the same values as {@link Template}
 * and applied by the server under the field manager {@code kubelab}.
 *
 * <pre>{@code
 * - manifest: { template: cluster/quota.yaml }
 * }</pre>
 *
 * @param template path below {@code templates/}, without {@code .ftl}
 */
public record Manifest(String template) implements ClusterStep {
    @Override
    public String title() {
        return "the cluster has the objects of " + template;
    }

    @Override
    public Diff diff(Target target) {
        return WantedObjects.rendered(target, template, Template.HostModel.of(target)).diff(target);
    }
}
