package io.kubelab.playbook;

import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import io.kubelab.inventory.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who waits for whom, preflights apart: a play with {@code after} for those plays on all their
 * hosts, any other, host by host, for the play before it that has the host.
 */
final class PlayGraph {
    private final Map<String, Play> plays = new LinkedHashMap<>();
    private final Map<Stage, List<Stage>> waits = new HashMap<>();
    private final Problems problems;

    /** A host's part of a play. */
    private record Stage(Play play, Host host) {
        /** Plays are unique by name; their steps need not be compared. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Stage s
                    && s.play.name().equals(play.name())
                    && s.host.equals(host);
        }

        @Override
        public int hashCode() {
            return play.name().hashCode() * 31 + host.name().hashCode();
        }
    }

    private PlayGraph(Problems problems) {
        this.problems = problems;
    }

    /** Names are unique, {@code after} names plays that exist, nobody waits for itself. */
    static void check(List<WrittenPlay> written, List<Play> plays, Problems problems) {
        var graph = new PlayGraph(problems);
        plays.forEach(graph::name);
        written.forEach(graph::resolve);
        graph.connect();
        graph.refuseCycles();
    }

    private void name(Play play) {
        Play before = plays.putIfAbsent(play.name(), play);
        if (before != null) {
            problems.add(
                    play.mark(),
                    "a play is called '%s' already at %s".formatted(play.name(), before.mark()));
        }
    }

    private void resolve(WrittenPlay play) {
        for (Scalar after : play.after()) {
            if (!plays.containsKey(after.text())) {
                problems.add(
                        after.mark(),
                        "there is no play '%s'%s"
                                .formatted(
                                        after.text(), Spelling.hint(after.text(), plays.keySet())));
            } else if (after.text().equals(play.name().text())) {
                problems.add(after.mark(), "the play waits for itself");
            }
        }
    }

    private void connect() {
        var last = new HashMap<Host, Stage>();
        for (Play play : plays.values()) {
            if (play.kind() == Play.Kind.PREFLIGHT) {
                continue; // waits for nobody
            }
            for (Host host : play.steps().keySet()) {
                var stage = new Stage(play, host);
                var on = new ArrayList<Stage>();
                if (play.after().isEmpty()) {
                    Optional.ofNullable(last.get(host)).ifPresent(on::add);
                } else {
                    for (String after : play.after()) {
                        Play other = plays.get(after);
                        if (other != null && !after.equals(play.name())) {
                            other.steps().keySet().forEach(h -> on.add(new Stage(other, h)));
                        }
                    }
                }
                waits.put(stage, on);
                last.put(host, stage);
            }
        }
    }

    private void refuseCycles() {
        Set<Stage> done = new HashSet<>();
        for (Stage stage : List.copyOf(waits.keySet())) {
            if (visit(stage, new ArrayList<>(), done)) {
                return;
            }
        }
    }

    /** Whether a cycle was found: one is enough, it is usually behind the others. */
    private boolean visit(Stage stage, List<Stage> path, Set<Stage> done) {
        int seen = path.indexOf(stage);
        if (seen >= 0) {
            problems.add(
                    stage.play().mark(),
                    "the plays wait for each other: "
                            + Stream.concat(
                                            path.subList(seen, path.size()).stream(),
                                            Stream.of(stage))
                                    .map(s -> "'" + s.play().name() + "'")
                                    .collect(Collectors.joining(" waits for ")));
            return true;
        }
        if (done.contains(stage)) {
            return false;
        }
        path.add(stage);
        for (Stage next : waits.getOrDefault(stage, List.of())) {
            if (visit(next, path, done)) {
                return true;
            }
        }
        path.removeLast();
        done.add(stage);
        return false;
    }
}
