package io.kubelab.steps.node;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;

/**
 * The host gets to the lab's registry, which its images come from. With {@code registry_mirror}
 * that is another's affair.
 *
 * <pre>{@code
 * - registry_reached
 * }</pre>
 */
public record RegistryReached() implements Step {
    @Override
    public String title() {
        return "the host reaches the lab's registry";
    }

    @Override
    public Diff diff(Target target) {
        var bundle = target.settings().bundle();
        if (!"auto".equals(bundle.registryMirror())) {
            return Diff.inOrder("images come from " + bundle.registryMirror());
        }
        return Reached.of(
                target,
                "the registry",
                AddressPlan.of(target.lab().tag(), target.settings()).virthost().text(),
                bundle.registryPort());
    }
}
