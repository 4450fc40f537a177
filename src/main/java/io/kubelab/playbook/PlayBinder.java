package io.kubelab.playbook;

import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.Spelling;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.HostPattern;
import io.kubelab.playbook.Play.Bound;
import io.kubelab.playbook.WrittenPlay.WrittenStep;
import io.kubelab.settings.Settings;
import io.kubelab.step.Lab;
import io.kubelab.step.Requirement;
import io.kubelab.step.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Binds plays to a lab: who, whether, and each host's steps with its settings put in. */
final class PlayBinder {
    private final Vocabulary vocabulary;
    private final Lab lab;
    private final List<Host> limit;
    private final Problems problems;
    private final RecordBinder binder;

    /**
     * @param limit the hosts that plays are for; others are left out of each
     */
    PlayBinder(Vocabulary vocabulary, Lab lab, List<Host> limit, Problems problems) {
        this.vocabulary = vocabulary;
        this.lab = lab;
        this.limit = limit;
        this.problems = problems;
        this.binder = new RecordBinder(problems);
    }

    Play bind(WrittenPlay play) {
        Optional<Condition> when = play.when().map(Condition::new);
        when.ifPresent(condition -> condition.check(lab.settings(), problems));
        var bound = new HashMap<Settings, List<Bound>>();
        var steps = new LinkedHashMap<Host, List<Bound>>();
        for (Host host : hosts(play.hosts())) {
            Settings settings = lab.settings(host);
            if (limit.contains(host) && when.map(c -> c.holds(settings)).orElse(true)) {
                steps.put(host, bound.computeIfAbsent(settings, s -> steps(play, s)));
            }
        }
        if (steps.isEmpty()) {
            // for nobody, but what is wrong with it is wrong all the same
            steps(play, lab.settings());
        }
        return new Play(
                play.kind(),
                play.name().text(),
                play.after().stream().map(Scalar::text).toList(),
                play.on().map(on -> places(on, steps.keySet())).orElseGet(Map::of),
                Collections.unmodifiableMap(steps),
                play.mark());
    }

    private List<Host> hosts(Scalar pattern) {
        try {
            return HostPattern.hosts(pattern.text(), lab.inventory());
        } catch (IllegalArgumentException e) {
            problems.add(pattern.mark(), String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** Where each host's steps run: on the one host named, or the one of those that it is on. */
    private Map<Host, Host> places(Scalar on, Set<Host> of) {
        int before = problems.count();
        List<Host> named = hosts(on);
        boolean virthosts = named.size() > 1 && lab.inventory().virthosts().containsAll(named);
        if (problems.count() == before && named.size() != 1 && !virthosts) {
            problems.add(
                    on.mark(),
                    "'on' names one host or virthosts, but '%s' is %s"
                            .formatted(on.text(), named.isEmpty() ? "none" : named));
        }
        var places = new HashMap<Host, Host>();
        for (Host host : problems.count() == before ? of : Set.<Host>of()) {
            Host place = virthosts ? lab.virthost(host) : named.getFirst();
            if (named.contains(place)) {
                places.put(host, place);
            } else {
                problems.add(
                        on.mark(),
                        "'%s' is on %s, which is not one of %s".formatted(host, place, named));
            }
        }
        return Map.copyOf(places);
    }

    private List<Bound> steps(WrittenPlay play, Settings settings) {
        var substitution = new Substitution(settings, problems);
        var steps = new ArrayList<Bound>();
        for (WrittenStep written : play.steps()) {
            step(play.kind(), written, substitution)
                    .ifPresent(step -> steps.add(new Bound(step, written.name().mark())));
        }
        return List.copyOf(steps);
    }

    private Optional<Step> step(Play.Kind kind, WrittenStep written, Substitution substitution) {
        String name = written.name().text();
        Optional<Class<? extends Record>> type = vocabulary.find(name);
        if (type.isEmpty()) {
            problems.add(
                    written.name().mark(),
                    "there is no step '%s'%s; 'kubelab steps' lists all"
                            .formatted(name, Spelling.hint(name, vocabulary.names())));
            return Optional.empty();
        }
        if (kind == Play.Kind.PREFLIGHT && !Requirement.class.isAssignableFrom(type.get())) {
            problems.add(
                    written.name().mark(),
                    "'%s' may change something, and a preflight only looks; it has its place in a play"
                            .formatted(name));
        }
        int before = problems.count();
        var arguments = substitution.in(written.arguments());
        return problems.count() == before
                ? binder.bind(type.get(), arguments).map(Step.class::cast)
                : Optional.empty();
    }
}
