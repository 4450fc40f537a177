package io.kubelab.playbook;

import io.kubelab.document.Node.Mark;
import io.kubelab.inventory.Host;
import io.kubelab.step.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps for hosts, bound: conditions are decided and settings substituted, per host.
 *
 * @param kind a preflight waits for nothing, and everything else for it
 * @param name unique in its playbook
 * @param after names of the plays that must be over on all their hosts first
 * @param on where the commands of each host's steps go; of a host that isn't named: to itself
 * @param steps the steps of each host for which the play's condition holds, in the order of the
 *     inventory
 */
public record Play(
        Kind kind,
        String name,
        List<String> after,
        Map<Host, Host> on,
        Map<Host, List<Bound>> steps,
        Mark mark) {
    public enum Kind {
        /** Tells everything that only the user can mend, before anything is touched. */
        PREFLIGHT,
        WORK
    }

    /** Where the commands of a host's steps go. */
    public Host place(Host host) {
        return on.getOrDefault(host, host);
    }

    Play without(Collection<Host> hosts) {
        var others = new LinkedHashMap<>(steps);
        others.keySet().removeAll(hosts);
        return new Play(kind, name, after, on, Collections.unmodifiableMap(others), mark);
    }

    boolean has(Class<? extends Step> step, Host host) {
        return steps.getOrDefault(host, List.of()).stream()
                .anyMatch(bound -> step.isInstance(bound.step()));
    }

    /** Ends with that step, for these hosts alone. */
    Play upTo(Class<? extends Step> step, List<Host> hosts) {
        var shortened = new LinkedHashMap<Host, List<Bound>>();
        for (Host host : hosts) {
            var kept = new ArrayList<Bound>();
            for (Bound bound : steps.getOrDefault(host, List.of())) {
                kept.add(bound);
                if (step.isInstance(bound.step())) {
                    break;
                }
            }
            shortened.put(host, List.copyOf(kept));
        }
        return new Play(kind, name, after, on, Collections.unmodifiableMap(shortened), mark);
    }

    /** Itself, or if it is a preflight, nothing that others may still name. */
    Play withoutPreflight() {
        return kind == Kind.WORK ? this : new Play(kind, name, after, on, Map.of(), mark);
    }

    /** A step and where it is written. */
    public record Bound(Step step, Mark mark) {}
}
