package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much can be written on each of a host's own file systems (df(1)); the answer serves paths
 * that don't exist yet.
 */
public record FreeSpace() implements Fact.OfHost<FreeSpace.Found> {
    private static final Pattern LINE = Pattern.compile(" *(\\d+) (/.*)");

    /**
     * @param mebibytes in MiB
     * @param point where it is mounted
     */
    public record FileSystem(long mebibytes, String point) {
        private boolean holds(String path) {
            return path.equals(point) || "/".equals(point) || path.startsWith(point + "/");
        }
    }

    public record Found(List<FileSystem> fileSystems) {
        /** In MiB; empty where df doesn't know. */
        public Optional<Long> at(String path) {
            return fileSystems.reversed().stream()
                    .filter(f -> f.holds(path))
                    .max(Comparator.comparingInt(f -> f.point().length()))
                    .map(FileSystem::mebibytes);
        }
    }

    @Override
    public Command command() {
        return Command.of("df", "--all", "--local", "--block-size=1M", "--output=avail,target");
    }

    @Override
    public Found parse(CommandResult result) {
        return new Found(
                result.out()
                        .lines()
                        .map(LINE::matcher)
                        .filter(Matcher::matches)
                        .map(m -> new FileSystem(Long.parseLong(m.group(1)), m.group(2)))
                        .toList());
    }
}
