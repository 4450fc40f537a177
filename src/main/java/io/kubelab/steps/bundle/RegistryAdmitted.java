package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FirewalldZone;
import java.util.ArrayList;

/**
 * Where firewalld runs on the virthost, it lets the lab's machines reach the lab's registry, as
 * long as it isn't told to forget (reload, restart): the next run tells it again.
 *
 * <pre>{@code
 * - registry_admitted
 * }</pre>
 */
public record RegistryAdmitted() implements Step {
    @Override
    public String title() {
        return "the virthost's firewall lets machines reach the registry";
    }

    @Override
    public Diff diff(Target target) {
        if (!target.ask(FirewalldZone.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        RegistryRule rule = RegistryRule.of(target);
        var changes = new ArrayList<Change>();
        rule.putIn().map(rule.zone()::takes).ifPresent(changes::add);
        if (!target.ask(rule.isThere())) {
            changes.add(rule.added());
        }
        return Diff.of(changes, "zone %s has a rule for it".formatted(rule.zone().name()));
    }
}
