package io.kubelab.steps.bundle;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;

/**
 * The virthost's firewalld has no rule for the lab's registry. Without its network's bridge it has
 * none in any other zone but libvirt's.
 *
 * <pre>{@code
 * - registry_shut_out
 * }</pre>
 */
public record RegistryShutOut() implements Step {
    @Override
    public String title() {
        return "the virthost's firewall has no rule for the registry";
    }

    @Override
    public Diff diff(Target target) {
        if (!target.ask(RegistryRule.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        RegistryRule rule = RegistryRule.of(target);
        String zone = target.ask(rule.zone()).orElse(RegistryRule.LIBVIRT);
        return target.ask(rule.isThere(zone))
                ? Diff.needs(rule.removed(zone))
                : Diff.inOrder("zone %s has none".formatted(zone));
    }
}
