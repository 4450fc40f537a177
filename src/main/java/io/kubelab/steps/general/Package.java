package io.kubelab.steps.general;

import io.kubelab.remote.Command;
import io.kubelab.remote.Privilege;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.PackagesInstalled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Packages of the distribution (Debian's and Ubuntu's apt-get).
 *
 * <pre>{@code
 * - package: { names: [tcpdump, dnsutils] }
 * }</pre>
 *
 * @param names the distribution's names
 */
@SuppressWarnings("JavaLangClash") // the step's YAML name is its record's
public record Package(List<String> names) implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Package {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("'names' is empty; name at least one package");
        }
    }

    @Override
    public String title() {
        return (names.size() == 1 ? "the package " : "the packages ")
                + String.join(", ", names)
                + (names.size() == 1 ? " is installed" : " are installed");
    }

    @Override
    public Diff diff(Target target) {
        Set<String> installed = target.ask(new PackagesInstalled(names));
        List<String> missing = names.stream().filter(n -> !installed.contains(n)).toList();
        return missing.isEmpty()
                ? Diff.inOrder(names.size() + " installed")
                : Diff.needs(installation(missing));
    }

    /** By root: see {@link #installation(List, Privilege)}. */
    public static Change installation(List<String> names) {
        return installation(names, Privilege.ROOT);
    }

    /**
     * The package lists are read anew first: those of a fresh machine are empty or old. Who comes
     * second waits: apt-get by itself does so for dpkg, but not for the lists.
     */
    public static Change installation(List<String> names, Privilege privilege) {
        var install =
                new ArrayList<>(
                        List.of(
                                "-o",
                                "DPkg::Lock::Timeout=300",
                                "install",
                                "--yes",
                                "--no-install-recommends"));
        install.addAll(names);
        return new Change.RunLong(
                "apt-get",
                privilege.run(
                        aptGet(List.of("update"))
                                .then(aptGet(install))
                                .withEnvironment(Map.of("DEBIAN_FRONTEND", "noninteractive"))),
                LIMIT,
                "Look at apt-get's output; its sources are in /etc/apt/sources.list and sources.list.d.");
    }

    private static Command aptGet(List<String> arguments) {
        var argv = new ArrayList<>(List.of("flock", "/var/lib/dpkg", "apt-get"));
        argv.addAll(arguments);
        return Command.of(argv);
    }
}
