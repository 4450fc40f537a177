package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The distribution of a host (os-release(5)). */
public record OsRelease() implements Fact.OfHost<OsRelease.Found> {
    /**
     * @param id lower-case: {@code debian}
     * @param idLike ids of distributions that it derives from
     * @param prettyName for people
     */
    public record Found(String id, List<String> idLike, String prettyName) {
        /** It is this distribution or derives from it. */
        public boolean isLike(String other) {
            return Stream.concat(Stream.of(id), idLike.stream()).anyMatch(other::equals);
        }

        /** Empty if it has neither. */
        public Optional<Packaging> packages() {
            if (isLike("debian")) {
                return Optional.of(Packaging.APT);
            }
            return isLike("fedora") || isLike("rhel")
                    ? Optional.of(Packaging.DNF)
                    : Optional.empty();
        }
    }

    @Override
    public Command command() {
        return Command.of("cat", "/etc/os-release");
    }

    @Override
    public Found parse(CommandResult result) {
        Map<String, String> values = new HashMap<>();
        for (String line : result.out().lines().toList()) {
            String[] pair = line.split("=", 2);
            if (pair.length == 2) {
                values.put(pair[0], pair[1].replaceAll("^[\"']|[\"']$", ""));
            }
        }
        return new Found(
                values.getOrDefault("ID", "linux"),
                List.of(values.getOrDefault("ID_LIKE", "").split(" ", -1)),
                values.getOrDefault("PRETTY_NAME", "an unknown distribution"));
    }
}
