package io.kubelab.steps.machines;

import io.kubelab.machines.Vxlan;
import io.kubelab.settings.Address;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ActiveZones;
import io.kubelab.steps.facts.FirewalldZone;
import io.kubelab.steps.facts.RouteTo;
import io.kubelab.steps.facts.Succeeds;
import java.util.Collection;
import java.util.List;

/**
 * The exception that a lab needs of firewalld for each other virthost: what its VXLAN devices send.
 * It doesn't say whose, so that all labs on the same virthosts have one in common.
 *
 * @param zone that the packets come into
 * @param peer the other virthost's address
 */
record VirthostRule(FirewalldZone zone, String peer) {
    /** One for each peer. */
    static List<VirthostRule> of(Target target, Collection<String> peers) {
        List<RouteTo> ways = peers.stream().map(RouteTo::new).toList();
        target.askAll(ways);
        return ways.stream().map(way -> of(target, way)).toList();
    }

    private static VirthostRule of(Target target, RouteTo way) {
        ActiveZones.Found zones = target.ask(new ActiveZones());
        String device = target.ask(way).map(RouteTo.Found::device).orElse("");
        return new VirthostRule(
                zones.ofPacket(new Address(way.address()), device)
                        .orElseGet(() -> target.ask(new FirewalldZone.Default())),
                way.address());
    }

    Succeeds isThere() {
        return zone.has(text());
    }

    /** Somebody else wants it to stay: kubelab's own are gone after a reload. */
    Succeeds isForGood() {
        return zone.keeps(text());
    }

    Change added() {
        return zone.adds(text());
    }

    Change removed() {
        return zone.removes(text());
    }

    private String text() {
        return "rule family=\"ipv4\" source address=\"%s\" port port=\"%d\" protocol=\"udp\" accept"
                .formatted(peer, Vxlan.PORT);
    }
}
