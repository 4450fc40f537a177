package io.kubelab.steps.bundle;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FirewalldZone;

/**
 * The virthost's firewalld has no rule for the lab's registry.
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
        if (!target.ask(FirewalldZone.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        RegistryRule rule = RegistryRule.of(target);
        return target.ask(rule.isThere())
                ? Diff.needs(rule.removed())
                : Diff.inOrder("zone %s has none".formatted(rule.zone().name()));
    }
}
