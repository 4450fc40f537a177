package io.kubelab.engine;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host;
import io.kubelab.playbook.Play;
import io.kubelab.playbook.Playbook;
import io.kubelab.step.ClusterStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The graph of a playbook: one job per play and host. A play with a written {@code after} waits for
 * those plays on all their hosts; any other waits, per host, for the play before it that has this
 * host. A play without hosts is over when what it waits for is. Preflights wait for nothing, and
 * everything else for all of them.
 */
public final class Plan {
    private final Map<Job, Set<Job>> waitsFor;
    private final Map<Job, Set<Job>> ancestors = new HashMap<>();

    /** The steps of one play for one host. */
    public record Job(Play play, Host host) {
        /** Where its commands go. */
        public Host place() {
            return play.place(host);
        }

        public List<Play.Bound> steps() {
            return play.steps().getOrDefault(host, List.of());
        }

        @Override
        public String toString() {
            return "'%s' on %s".formatted(play.name(), host);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Job job
                    && play.name().equals(job.play.name())
                    && host.name().equals(job.host.name());
        }

        @Override
        public int hashCode() {
            return play.name().hashCode() * 31 + host.name().hashCode();
        }
    }

    private Plan(Map<Job, Set<Job>> waitsFor) {
        this.waitsFor = waitsFor;
    }

    /**
     * @throws InvalidInput if plays name others that aren't there, or wait for each other
     */
    public static Plan of(Playbook playbook) {
        var plays = new LinkedHashMap<String, Play>();
        playbook.plays().forEach(play -> plays.put(play.name(), play));
        checkNames(plays);
        var waitsFor = new LinkedHashMap<Job, Set<Job>>();
        jobsOf(playbook, Play.Kind.PREFLIGHT).forEach(job -> waitsFor.put(job, Set.of()));
        Set<Job> preflight = Set.copyOf(waitsFor.keySet());
        var lastOf = new HashMap<String, Job>();
        for (Job job : jobsOf(playbook, Play.Kind.WORK)) {
            var earlier = new LinkedHashSet<>(preflight);
            if (job.play().after().isEmpty()) {
                Optional.ofNullable(lastOf.get(job.host().name())).ifPresent(earlier::add);
            } else {
                earlier.addAll(jobsOf(job.play().after(), plays));
            }
            waitsFor.put(job, earlier);
            lastOf.put(job.host().name(), job);
        }
        var sorted = new LinkedHashSet<Job>();
        waitsFor.keySet().forEach(job -> sort(job, waitsFor, sorted, new LinkedHashSet<>()));
        var ordered = new LinkedHashMap<Job, Set<Job>>();
        sorted.forEach(job -> ordered.put(job, waitsFor.getOrDefault(job, Set.of())));
        return new Plan(ordered);
    }

    private static List<Job> jobsOf(Playbook playbook, Play.Kind kind) {
        return playbook.plays().stream()
                .filter(play -> play.kind() == kind)
                .flatMap(play -> play.steps().keySet().stream().map(host -> new Job(play, host)))
                .toList();
    }

    private static Set<Job> jobsOf(List<String> names, Map<String, Play> plays) {
        var jobs = new LinkedHashSet<Job>();
        var seen = new LinkedHashSet<>(names);
        var queue = new ArrayDeque<>(names);
        while (!queue.isEmpty()) {
            Play play = Objects.requireNonNull(plays.get(queue.remove()));
            if (play.steps().isEmpty()) {
                play.after().stream().filter(seen::add).forEach(queue::add);
            }
            play.steps().keySet().forEach(host -> jobs.add(new Job(play, host)));
        }
        return jobs;
    }

    private static void checkNames(Map<String, Play> plays) {
        var problems = new ArrayList<Problem>();
        for (Play play : plays.values()) {
            for (String name : play.after()) {
                if (!plays.containsKey(name)) {
                    problems.add(
                            new Problem(
                                    play.mark().toString(),
                                    "there is no play '%s' to come after".formatted(name)));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
    }

    /** Puts a job behind all that it waits for; the trail leads to it and shows cycles. */
    private static void sort(
            Job job, Map<Job, Set<Job>> waitsFor, Set<Job> sorted, Set<Job> trail) {
        if (sorted.contains(job)) {
            return;
        }
        if (!trail.add(job)) {
            throw new InvalidInput(
                    job.play().mark().toString(),
                    "'%s' waits for itself, by way of %s"
                            .formatted(
                                    job.play().name(),
                                    trail.stream()
                                            .map(other -> "'" + other.play().name() + "'")
                                            .distinct()
                                            .collect(Collectors.joining(", "))));
        }
        waitsFor.getOrDefault(job, Set.of())
                .forEach(earlier -> sort(earlier, waitsFor, sorted, trail));
        trail.remove(job);
        sorted.add(job);
    }

    /** All jobs, each after those that it waits for. */
    public List<Job> jobs() {
        return List.copyOf(waitsFor.keySet());
    }

    public Set<Job> waitsFor(Job job) {
        return waitsFor.getOrDefault(job, Set.of());
    }

    /** The hosts of the run, in the order in which they come up. */
    public List<Host> hosts() {
        return waitsFor.keySet().stream().map(Job::host).distinct().toList();
    }

    /** Where commands of the run go. */
    public Set<Host> places() {
        return waitsFor.keySet().stream().map(Job::place).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a step looks at the API server. */
    boolean asksCluster() {
        return waitsFor.keySet().stream()
                .flatMap(job -> job.steps().stream())
                .anyMatch(bound -> bound.step() instanceof ClusterStep);
    }

    /**
     * Whether a job may ask about another host: nobody changes that host in this run, or one of its
     * jobs is surely over.
     */
    boolean mayAskAbout(Host host, Job job) {
        return job.play().kind() == Play.Kind.PREFLIGHT
                || host.equals(job.host())
                || host.equals(job.place())
                || jobs().stream().noneMatch(other -> changes(other, host))
                || ancestors(job).stream().anyMatch(other -> changes(other, host));
    }

    private static boolean changes(Job job, Host host) {
        return job.play().kind() == Play.Kind.WORK
                && (job.host().equals(host) || job.place().equals(host));
    }

    synchronized Set<Job> ancestors(Job job) {
        Set<Job> known = ancestors.get(job);
        if (known == null) {
            known = new LinkedHashSet<>();
            for (Job earlier : waitsFor(job)) {
                known.add(earlier);
                known.addAll(ancestors(earlier));
            }
            ancestors.put(job, known);
        }
        return known;
    }
}
