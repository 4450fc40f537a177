package io.kubelab.playbook;

import io.kubelab.inventory.Host;
import java.util.Collection;
import java.util.List;

/**
 * The plays of a command, in the order in which they are written, imports resolved.
 *
 * @param name file name without its ending
 */
public record Playbook(String name, List<Play> plays) {
    /** Its preflights for all hosts but these. */
    public Playbook preflightsWithout(Collection<Host> hosts) {
        return new Playbook(
                name,
                plays.stream()
                        .filter(play -> play.kind() == Play.Kind.PREFLIGHT)
                        .map(play -> play.without(hosts))
                        .toList());
    }
}
