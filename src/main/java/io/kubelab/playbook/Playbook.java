package io.kubelab.playbook;

import io.kubelab.inventory.Host;
import io.kubelab.step.Step;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/**
 * The plays of a command, in the order in which they are written, imports resolved.
 *
 * @param name file name without its ending
 */
public record Playbook(String name, List<Play> plays) {
    /** Whether it has a step of that kind for any host. */
    public boolean has(Class<? extends Step> kind) {
        return plays.stream()
                .anyMatch(play ->
                        play.steps().keySet().stream().anyMatch(host -> play.has(kind, host)));
    }

    /**
     * What leads to a step: the first play with it for each host, no further than that step, and
     * everything that has to come before. Plays that are not needed for it are not there.
     */
    public Playbook upTo(Class<? extends Step> kind) {
        var wanted = new LinkedHashMap<String, Play>();
        var covered = new HashSet<Host>();
        for (Play play : plays) {
            List<Host> hosts =
                    play.steps().keySet().stream()
                            .filter(host -> play.has(kind, host) && !covered.contains(host))
                            .toList();
            if (!hosts.isEmpty()) {
                covered.addAll(hosts);
                wanted.put(play.name(), play.upTo(kind, hosts));
            }
        }
        if (wanted.isEmpty()) {
            return new Playbook(name, List.of());
        }
        plays.stream()
                .filter(play -> play.kind() == Play.Kind.PREFLIGHT)
                .forEach(play -> wanted.putIfAbsent(play.name(), play));
        int before;
        do {
            before = wanted.size();
            for (Play play : plays) {
                if (List.copyOf(wanted.values()).stream().anyMatch(w -> waitsFor(w, play))) {
                    wanted.putIfAbsent(play.name(), play);
                }
            }
        } while (wanted.size() > before);
        return new Playbook(
                name,
                plays.stream().map(Play::name).map(wanted::get).filter(Objects::nonNull).toList());
    }

    /** By name, or because it is one of its hosts' next play. */
    private boolean waitsFor(Play play, Play other) {
        if (play.kind() == Play.Kind.PREFLIGHT) {
            return false;
        }
        return play.after().isEmpty()
                ? place(other) < place(play)
                        && !Collections.disjoint(other.steps().keySet(), play.steps().keySet())
                : play.after().contains(other.name());
    }

    private int place(Play play) {
        return plays.stream().map(Play::name).toList().indexOf(play.name());
    }

    /** Without what another run has looked at already before anything was touched. */
    public Playbook withoutPreflights() {
        return new Playbook(name, plays.stream().map(Play::withoutPreflight).toList());
    }

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
