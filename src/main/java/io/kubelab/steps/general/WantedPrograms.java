package io.kubelab.steps.general;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Programs as a step wants them on the target's place. They are compared as rsync does, by size and
 * time of last change: 400 MB of digests would cost a second per node and run, and whoever puts
 * another program there changes the time, which is made of a digest.
 */
public record WantedPrograms(List<Program> programs) {
    public WantedPrograms {
        programs = List.copyOf(programs);
    }

    /**
     * @param path absolute
     * @param size in bytes; 0 as long as it isn't built
     * @param time of last change that it is given, in seconds since 1970
     */
    public record Program(String path, Content.Artifact file, long size, long time) {}

    /** By path; what isn't there is left out. */
    record Looks(List<String> paths) implements Fact.OfHost<Map<String, Look>> {
        @Override
        public Command command() {
            var argv = new ArrayList<>(List.of("stat", "--format", "%s %Y %a %U:%G %n"));
            argv.addAll(paths);
            return Command.of(argv);
        }

        @Override
        public Map<String, Look> parse(CommandResult result) {
            return result.out()
                    .lines()
                    .map(line -> line.split(" ", 5))
                    .collect(
                            Collectors.toMap(
                                    f -> f[4],
                                    f ->
                                            new Look(
                                                    Long.parseLong(f[0]),
                                                    Long.parseLong(f[1]),
                                                    f[2],
                                                    f[3])));
        }
    }

    /**
     * @param size in bytes
     * @param time of the last change, in seconds since 1970
     * @param mode octal without leading zeros
     */
    record Look(long size, long time, String mode, String owner) {
        static final Look NOTHING = new Look(-1, -1, "", "");

        boolean isContentOf(Program program) {
            return size == program.size() && time == program.time();
        }

        boolean isProgram() {
            return "755".equals(mode) && FileAttributes.PROGRAM.owner().equals(owner);
        }
    }

    /** Empty if they are as they should be. */
    public List<Change> changes(Target target) {
        Map<String, Look> looks =
                target.ask(new Looks(programs.stream().map(Program::path).toList()));
        var changes = new ArrayList<Change>();
        var written = new TreeMap<Long, List<String>>();
        for (Program program : programs) {
            Look look = looks.getOrDefault(program.path(), Look.NOTHING);
            if (!look.isContentOf(program)) {
                changes.add(
                        new Change.PutFile(program.path(), program.file(), FileAttributes.PROGRAM));
                written.computeIfAbsent(program.time(), _ -> new ArrayList<>()).add(program.path());
            } else if (!look.isProgram()) {
                changes.add(new Change.SetAttributes(program.path(), FileAttributes.PROGRAM));
            }
        }
        written.forEach((time, paths) -> changes.add(touch(time, paths)));
        return changes;
    }

    private static Change touch(long time, List<String> paths) {
        var argv = new ArrayList<>(List.of("touch", "--date=@" + time));
        argv.addAll(paths);
        return new Change.Run(
                Command.of(argv), Duration.ofSeconds(20), "Is the node's disk full or read-only?");
    }
}
