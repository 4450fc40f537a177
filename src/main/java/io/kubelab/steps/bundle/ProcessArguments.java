package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The command lines of all processes (ps(1) of procps), but for those in PID namespaces below the
 * host's own: a container's are not the host's, though they may be called the same.
 */
public record ProcessArguments() implements Fact.OfHost<Set<String>> {
    private static final Command PS = Command.of("ps", "-e", "-ww", "-o", "pidns=,args=");

    private record Entry(String namespace, String arguments) {
        static Entry of(String line) {
            String[] words = line.strip().split(" +", 2);
            return new Entry(words[0], words.length > 1 ? words[1] : "");
        }
    }

    @Override
    public Command command() {
        return PS;
    }

    @Override
    public Set<String> parse(CommandResult result) {
        List<Entry> all = result.out().lines().map(Entry::of).toList();
        Set<String> own =
                all.stream()
                        .filter(p -> p.arguments().equals(PS.script()))
                        .map(Entry::namespace)
                        .collect(Collectors.toUnmodifiableSet());
        return all.stream()
                .filter(p -> own.contains(p.namespace()))
                .map(Entry::arguments)
                .collect(Collectors.toUnmodifiableSet());
    }
}
