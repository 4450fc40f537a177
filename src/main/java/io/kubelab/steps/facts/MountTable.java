package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is mounted, as the login shell sees it, in the order of mounting (proc_pid_mountinfo(5)).
 */
public record MountTable() implements Fact.OfHost<MountTable.Found> {
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /**
     * @param point where it is mounted
     * @param root the directory of its file system that is seen there
     * @param type of file system
     * @param propagation how it passes mounts on: {@code shared:1}, {@code master:2}; empty: it
     *     doesn't
     * @param options of the file system
     */
    public record Mount(
            String point,
            String root,
            String type,
            List<String> propagation,
            List<String> options) {
        /**
         * What is mounted below it is seen in the mount namespaces that were made from this one.
         */
        public boolean isShared() {
            return propagation.stream().anyMatch(p -> p.startsWith("shared:"));
        }
    }

    public record Found(List<Mount> mounts) {
        /** The topmost mount at exactly this path. */
        public Optional<Mount> at(String path) {
            return mounts.stream().filter(m -> m.point().equals(path)).reduce((_, last) -> last);
        }

        /** The mount that a path is on. */
        public Optional<Mount> holding(String path) {
            return mounts.reversed().stream()
                    .filter(m -> isBelow(path, m.point()))
                    .max(Comparator.comparingInt(m -> m.point().length()));
        }

        /** Everything that is mounted in a directory or below, the last one first. */
        public List<Mount> below(String path) {
            return mounts.stream().filter(m -> isBelow(m.point(), path)).toList().reversed();
        }

        private static boolean isBelow(String path, String directory) {
            return path.equals(directory)
                    || "/".equals(directory)
                    || path.startsWith(directory + "/");
        }
    }

    @Override
    public Command command() {
        return Command.of("cat", "/proc/self/mountinfo");
    }

    @Override
    public Found parse(CommandResult result) {
        var mounts = new ArrayList<Mount>();
        for (String line : result.out().lines().toList()) {
            String[] fields = line.split(" ", -1);
            int dash = Arrays.asList(fields).indexOf("-");
            mounts.add(
                    new Mount(
                            unescaped(fields[4]),
                            unescaped(fields[3]),
                            fields[dash + 1],
                            List.of(fields).subList(6, dash),
                            List.of(unescaped(fields[dash + 3]).split(",", -1))));
        }
        return new Found(List.copyOf(mounts));
    }

    private static String unescaped(String field) {
        return OCTAL.matcher(field)
                .replaceAll(m ->
                        Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(m.group(1), 8))));
    }
}
