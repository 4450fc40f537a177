package io.kubelab.steps.node;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.MissingPackages;
import io.kubelab.steps.general.WantedPackages;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The packages of every node, {@code optional_packages} among them, by the names that its own
 * distribution has for them. A machine that was made from the bundle's root file system has them
 * from the start.
 *
 * <pre>{@code
 * - node_packages
 * }</pre>
 */
public record NodePackages() implements Step {
    @Override
    public String title() {
        return "the node's packages are installed";
    }

    @Override
    public Diff diff(Target target) {
        List<String> asked = target.settings().bundle().optionalPackages();
        Map<Packaging, List<String>> names = new EnumMap<>(Packaging.class);
        Artifacts.of(target)
                .nodePackages()
                .forEach((packaging, all) ->
                        // it is there for load balancers: older nodes do without
                        names.put(
                                packaging,
                                all.stream()
                                        .filter(p ->
                                                !p.equals(Artifacts.LOAD_BALANCER)
                                                        || asked.contains(p))
                                        .toList()));
        MissingPackages missing = new WantedPackages(names).missing(target);
        return missing.isEmpty()
                ? Diff.inOrder(
                        names.getOrDefault(missing.packaging(), List.of()).size()
                                + " are installed")
                : Diff.needs(missing.installation());
    }
}
