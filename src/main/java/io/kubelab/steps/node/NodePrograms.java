package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.bundle.Artifacts.NodeProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * kubeadm, kubelet, kubectl, containerd, crictl and the CNI plugins of the bundle. They are
 * compared as rsync does, by size and time of last change: 400 MB of digests would cost a second
 * per node and run, and whoever puts another program there changes the time, which is made of the
 * digest of all of them.
 *
 * <pre>{@code
 * - node_programs
 * }</pre>
 */
public record NodePrograms() implements Step {
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

        boolean isContentOf(NodeProgram program, long time) {
            return size == program.size() && this.time == time;
        }

        boolean isProgram() {
            return "755".equals(mode) && FileAttributes.PROGRAM.owner().equals(owner);
        }
    }

    @Override
    public String title() {
        return "the node's programs are the bundle's";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        List<NodeProgram> programs = artifacts.nodePrograms();
        long time = artifacts.nodeProgramsTime();
        Map<String, Look> looks =
                target.ask(new Looks(programs.stream().map(NodeProgram::path).toList()));
        var changes = new ArrayList<Change>();
        var touch = new ArrayList<>(List.of("touch", "--date=@" + time));
        for (NodeProgram program : programs) {
            Look look = looks.getOrDefault(program.path(), Look.NOTHING);
            if (!look.isContentOf(program, time)) {
                changes.add(
                        new Change.PutFile(program.path(), program.file(), FileAttributes.PROGRAM));
                touch.add(program.path());
            } else if (!look.isProgram()) {
                changes.add(new Change.SetAttributes(program.path(), FileAttributes.PROGRAM));
            }
        }
        if (touch.size() > 2) {
            changes.add(
                    new Change.Run(
                            Command.of(touch),
                            Duration.ofSeconds(20),
                            "Is the node's disk full or read-only?"));
        }
        return Diff.of(changes, programs.size() + " are there");
    }
}
