package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of these packages are installed, by name, and in which version (dpkg-query(1), rpm(8)).
 *
 * @param names exactly, without architecture
 */
public record PackageVersions(Packaging packaging, List<String> names)
        implements Fact.OfHost<Map<String, PackageVersions.Found>> {
    private static final String INSTALLED = "installed";

    private static final List<String> DPKG =
            List.of(
                    "dpkg-query",
                    "--show",
                    "--showformat=${Package} ${Version} ${db:Status-Want} ${db:Status-Status}\\n");

    private static final List<String> RPM =
            List.of(
                    "rpm",
                    "--query",
                    "--queryformat=%{NAME} %{VERSION}-%{RELEASE} install installed\\n");

    /**
     * @param version with the package's own release: {@code 1.37.2-1.1}
     * @param held upgrades pass it by (apt-mark(8)); dnf has no such word
     */
    public record Found(String version, boolean held) {}

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
    public Map<String, Found> parse(CommandResult result) {
        var found = new TreeMap<String, Found>();
        result.out()
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(f -> f.length == 4 && f[3].equals(INSTALLED) && names.contains(f[0]))
                .forEach(f -> found.put(f[0], new Found(f[1], f[2].equals("hold"))));
        return found;
    }
}
