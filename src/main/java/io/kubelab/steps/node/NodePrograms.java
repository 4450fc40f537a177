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
    /** Size and time of last change; what isn't there is left out. */
    record Looks(List<String> paths) implements Fact.OfHost<Map<String, String>> {
        @Override
        public Command command() {
            var argv = new ArrayList<>(List.of("stat", "--format", "%s %Y %n"));
            argv.addAll(paths);
            return Command.of(argv);
        }

        @Override
        public Map<String, String> parse(CommandResult result) {
            return result.out()
                    .lines()
                    .map(line -> line.split(" ", 3))
                    .collect(Collectors.toMap(f -> f[2], f -> f[0] + " " + f[1]));
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
        Map<String, String> looks =
                target.ask(new Looks(programs.stream().map(NodeProgram::path).toList()));
        List<NodeProgram> others =
                programs.stream()
                        .filter(p -> !(p.size() + " " + time).equals(looks.get(p.path())))
                        .toList();
        var changes = new ArrayList<Change>();
        others.forEach(
                p -> changes.add(new Change.PutFile(p.path(), p.file(), FileAttributes.PROGRAM)));
        if (!others.isEmpty()) {
            var touch = new ArrayList<>(List.of("touch", "--date=@" + time));
            others.forEach(p -> touch.add(p.path()));
            changes.add(
                    new Change.Run(
                            Command.of(touch),
                            Duration.ofSeconds(20),
                            "Is the node's disk full or read-only?"));
        }
        return Diff.of(changes, programs.size() + " are there");
    }
}
