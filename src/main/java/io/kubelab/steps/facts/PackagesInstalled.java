package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of these packages are installed (dpkg-query(1)); empty where there is no dpkg.
 *
 * @param names Debian package names, without architecture
 */
public record PackagesInstalled(List<String> names) implements Fact.OfHost<Set<String>> {
    @Override
    public Command command() {
        var argv =
                new ArrayList<>(
                        List.of(
                                "dpkg-query",
                                "--show",
                                "--showformat=${binary:Package} ${db:Status-Status}\\n"));
        argv.addAll(names);
        return Command.of(argv);
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out()
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(fields -> "installed".equals(fields[1]))
                .map(fields -> fields[0].split(":", 2)[0])
                .collect(Collectors.toUnmodifiableSet());
    }
}
