package io.kubelab.engine;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.step.Fact;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Questions to one host, asked by as few commands as they can be.
 *
 * @param groups facts of one class that are asked together, or a single one
 * @param <Q> who asks; each is told apart by its identity
 */
record JointQuestions<Q>(List<Group<Q>> groups) {
    private record Group<Q>(Map<Q, Fact.OfHost<?>> facts) {
        private Fact.OfHost<?> first() {
            return facts.values().iterator().next();
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // all are of the class of the first
        List<Limited> limited(UnaryOperator<Duration> limits) {
            List<Command> commands =
                    facts.size() > 1 && first() instanceof Fact.Joint joint
                            ? joint.together(List.copyOf(facts.values()))
                            : List.of(first().command());
            Duration limit = limits.apply(first().limit());
            return commands.stream().map(c -> new Limited(c, limit)).toList();
        }

        CommandResult part(Fact.OfHost<?> fact, List<CommandResult> answers) {
            return facts.size() > 1 && fact instanceof Fact.Joint<?, ?> joint
                    ? joint.part(answers)
                    : answers.getFirst();
        }
    }

    static <Q> JointQuestions<Q> of(List<Q> askers, Function<Q, Fact.OfHost<?>> facts) {
        var groups = new LinkedHashMap<Object, Group<Q>>();
        for (Q asker : askers) {
            Fact.OfHost<?> fact = facts.apply(asker);
            groups.computeIfAbsent(
                            fact instanceof Fact.Joint<?, ?> ? fact.getClass() : asker,
                            _ -> new Group<>(new LinkedHashMap<>()))
                    .facts()
                    .put(asker, fact);
        }
        return new JointQuestions<>(List.copyOf(groups.values()));
    }

    /**
     * The answers, each as if it had been asked for alone.
     *
     * @param limits what a fact's limit is on this host
     */
    Map<Q, CommandResult> ask(Connection connection, UnaryOperator<Duration> limits) {
        List<List<Limited>> commands = groups.stream().map(g -> g.limited(limits)).toList();
        List<CommandResult> answers =
                connection.ask(commands.stream().flatMap(List::stream).toList());
        long asked = commands.stream().mapToLong(List::size).sum();
        if (answers.size() != asked) {
            throw new IllegalStateException(
                    "%d answers to %d questions".formatted(answers.size(), asked));
        }
        var results = new IdentityHashMap<Q, CommandResult>();
        int begin = 0;
        for (int i = 0; i < commands.size(); i++) {
            Group<Q> group = groups.get(i);
            List<CommandResult> mine = answers.subList(begin, begin + commands.get(i).size());
            group.facts().forEach((asker, fact) -> results.put(asker, group.part(fact, mine)));
            begin += commands.get(i).size();
        }
        return results;
    }
}
