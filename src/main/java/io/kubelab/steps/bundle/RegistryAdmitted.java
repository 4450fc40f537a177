package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.Optional;

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
        if (!target.ask(RegistryRule.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        RegistryRule rule = RegistryRule.of(target);
        Optional<String> found = target.ask(rule.zone());
        String zone = found.orElse(RegistryRule.LIBVIRT);
        var changes = new ArrayList<Change>();
        if (found.isEmpty()) {
            changes.add(rule.bridgeIn(zone));
        }
        if (!target.ask(rule.isThere(zone))) {
            changes.add(rule.added(zone));
        }
        return Diff.of(changes, "zone %s has a rule for it".formatted(zone));
    }
}
