package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of these packages are installed (dpkg-query(1), rpm(8)); empty where there is no such
 * program. dnf(8) takes what a package provides for its name: {@code iptables} is there where
 * {@code iptables-nft} is, and {@code curl} where {@code curl-minimal} is, which can't be together.
 *
 * @param names the distribution's, without architecture
 */
public record PackagesInstalled(Packaging packaging, List<String> names)
        implements Fact.OfHost<Set<String>> {
    private static final List<String> DPKG =
            List.of(
                    "dpkg-query",
                    "--show",
                    "--showformat=${binary:Package} ${db:Status-Status}\\n");

    /** Of each package found, everything that it provides, itself too. */
    private static final List<String> RPM =
            List.of(
                    "rpm",
                    "--query",
                    "--whatprovides",
                    "--queryformat=[%{PROVIDENAME} installed\\n]");

    @Override
    public Command command() {
        var argv =
                new ArrayList<>(
                        switch (packaging) {
                            case APT -> DPKG;
                            case DNF -> RPM;
                        });
        argv.addAll(names);
        return Command.of(argv);
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out()
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(fields -> fields.length == 2 && "installed".equals(fields[1]))
                .map(fields -> fields[0].split(":", 2)[0])
                .filter(names::contains)
                .collect(Collectors.toUnmodifiableSet());
    }
}
