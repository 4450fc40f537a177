package io.kubelab.steps.bundle;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ActiveZones;
import io.kubelab.steps.facts.FirewalldZone;
import io.kubelab.steps.facts.Succeeds;
import java.util.Optional;

/**
 * The exception that a lab's registry needs of firewalld (firewall-cmd(1)): the zone of libvirt's
 * networks lets machines ask the virthost for addresses and names, and for nothing else. It names
 * the virthost's address in the machines' network, so that labs with the same port have a rule
 * each.
 *
 * @param zone that the bridge is in, or belongs to
 * @param putIn whether the bridge is in no zone, and has to be put there
 */
record RegistryRule(FirewalldZone zone, Optional<String> putIn, String address, String port) {
    /** A bridge into the LAN stays where it is: libvirt's zone would shut the virthost off. */
    static RegistryRule of(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        Optional<FirewalldZone> zone = target.ask(new ActiveZones()).ofInterface(plan.bridge());
        return new RegistryRule(
                zone.orElseGet(() ->
                        plan.onLan()
                                ? target.ask(new FirewalldZone.Default())
                                : FirewalldZone.OF_LIBVIRT),
                zone.isPresent() || plan.onLan() ? Optional.empty() : Optional.of(plan.bridge()),
                plan.virthost().text(),
                String.valueOf(target.settings().bundle().registryPort()));
    }

    Succeeds isThere() {
        return zone.has(text());
    }

    Change added() {
        return zone.adds(text());
    }

    Change removed() {
        return zone.removes(text());
    }

    private String text() {
        return "rule family=\"ipv4\" destination address=\"%s\" port port=\"%s\" protocol=\"tcp\" accept"
                .formatted(address, port);
    }
}
