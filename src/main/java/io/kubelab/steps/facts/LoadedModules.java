package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Map;
import java.util.stream.Collectors;

/** Kernel modules that are loaded, and by how many others or programs each is used (proc(5)). */
public record LoadedModules() implements Fact.OfHost<Map<String, Integer>> {
    @Override
    public Command command() {
        return Command.of("cat", "/proc/modules");
    }

    @Override
    public Map<String, Integer> parse(CommandResult result) {
        return result.out()
                .lines()
                .map(line -> line.split(" ", -1))
                .collect(
                        Collectors.toUnmodifiableMap(
                                fields -> fields[0], fields -> Integer.parseInt(fields[2])));
    }
}
