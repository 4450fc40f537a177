package io.kubelab.playbook;

import io.kubelab.document.Node.Mark;
import io.kubelab.inventory.Host;
import io.kubelab.step.Step;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Steps for hosts, bound: conditions are decided and settings substituted, per host.
 *
 * @param kind a preflight waits for nothing, and everything else for it
 * @param name unique in its playbook
 * @param after names of the plays that must be over on all their hosts first
 * @param on where the commands of each host's steps go; empty: to the host itself
 * @param steps the steps of each host for which the play's condition holds, in the order of the
 *     inventory
 */
public record Play(
        Kind kind,
        String name,
        List<String> after,
        Optional<Host> on,
        Map<Host, List<Bound>> steps,
        Mark mark) {
    public enum Kind {
        /** Tells everything that only the user can mend, before anything is touched. */
        PREFLIGHT,
        WORK
    }

    Play without(Host host) {
        var others = new LinkedHashMap<>(steps);
        others.remove(host);
        return new Play(kind, name, after, on, Collections.unmodifiableMap(others), mark);
    }

    /** A step and where it is written. */
    public record Bound(Step step, Mark mark) {}
}
