package io.kubelab.steps.general;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Packages of the distribution, by apt-get or dnf, whichever it has.
 *
 * <pre>{@code
 * - package: { names: [tcpdump] }
 * - package: { names: [curl], apt: [dnsutils, gpgv], dnf: [bind-utils, gnupg2] }
 * }</pre>
 *
 * @param names names that are the same in all distributions
 * @param apt further ones in Debian, Ubuntu and their relatives
 * @param dnf further ones in Fedora, CentOS Stream and their relatives
 */
@SuppressWarnings("JavaLangClash") // the step's YAML name is its record's
public record Package(List<String> names, Optional<List<String>> apt, Optional<List<String>> dnf)
        implements Step {
    /** No option, and not a way to ask for something else: a file, a group, a version. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*");

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Package {
        names = List.copyOf(names);
        apt = apt.map(List::copyOf);
        dnf = dnf.map(List::copyOf);
        if (all(names, apt, dnf).findAny().isEmpty()) {
            throw new IllegalArgumentException(
                    "no package is named; write 'names', or 'apt' and 'dnf' where they are called differently");
        }
        all(names, apt, dnf)
                .filter(n -> !NAME.matcher(n).matches())
                .findFirst()
                .ifPresent(n -> {
                    throw new IllegalArgumentException("'%s' is not a package's name".formatted(n));
                });
    }

    private static Stream<String> all(
            List<String> names, Optional<List<String>> apt, Optional<List<String>> dnf) {
        return Stream.of(Optional.of(names), apt, dnf)
                .flatMap(Optional::stream)
                .flatMap(List::stream)
                .distinct();
    }

    @Override
    public String title() {
        List<String> all =
                Stream.of(names.stream(), called(apt, "apt"), called(dnf, "dnf"))
                        .flatMap(each -> each)
                        .toList();
        return (all.size() == 1 ? "the package " : "the packages ")
                + String.join(", ", all)
                + (all.size() == 1 ? " is installed" : " are installed");
    }

    private static Stream<String> called(Optional<List<String>> names, String by) {
        return names.stream().flatMap(List::stream).map(n -> "%s (%s)".formatted(n, by));
    }

    @Override
    public Diff diff(Target target) {
        WantedPackages wanted = wanted();
        MissingPackages missing = wanted.missing(target);
        return missing.isEmpty()
                ? Diff.inOrder(
                        wanted.names().getOrDefault(missing.packaging(), List.of()).size()
                                + " installed")
                : Diff.needs(missing.installation());
    }

    /** Who tells distributions apart tells it for each. */
    private WantedPackages wanted() {
        Map<Packaging, List<String>> all = new EnumMap<>(Packaging.class);
        boolean same = apt.isEmpty() && dnf.isEmpty();
        if (same || apt.isPresent()) {
            all.put(Packaging.APT, with(apt));
        }
        if (same || dnf.isPresent()) {
            all.put(Packaging.DNF, with(dnf));
        }
        return new WantedPackages(all);
    }

    private List<String> with(Optional<List<String>> further) {
        return Stream.concat(names.stream(), further.stream().flatMap(List::stream))
                .distinct()
                .collect(Collectors.toUnmodifiableList());
    }
}
