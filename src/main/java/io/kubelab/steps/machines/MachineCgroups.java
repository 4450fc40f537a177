package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Cgroups that a machine's init made beside those that libvirt knows of, and the processes in them:
 * what libvirt leaves behind when it calls a machine shut off (a node whose processes it could not
 * signal lives on).
 *
 * @param group their name
 */
record MachineCgroups(String group) implements Fact.OfHost<MachineCgroups.Found> {
    private static final String TREE = "/sys/fs/cgroup";

    /**
     * @param directories in which it was found
     * @param processes ids as the virthost sees them
     */
    record Found(List<String> directories, List<String> processes) {}

    /** Unique on the virthost, and beyond it where tests put several on one kernel. */
    static String group(Target target, String machine) {
        return "kubelab-%s-%s"
                .formatted(target.lab().tag().uuid().toString().substring(0, 8), machine);
    }

    @Override
    public Command command() {
        return find("-print").then(find("-exec", "cat", "{}/cgroup.procs", ";"));
    }

    @Override
    public Found parse(CommandResult result) {
        var directories = new ArrayList<String>();
        var processes = new ArrayList<String>();
        result.out()
                .lines()
                .forEach(line -> (line.startsWith("/") ? directories : processes).add(line));
        return new Found(List.copyOf(directories), processes.stream().distinct().sorted().toList());
    }

    /** Ends what still runs there; a process or cgroup that went meanwhile is no failure. */
    Command kill() {
        return find("-exec", "xargs", "-r", "-a", "{}/cgroup.procs", "kill", "-KILL", ";")
                .regardless();
    }

    Command remove() {
        return find("-depth", "-exec", "rmdir", "{}", "+");
    }

    private Command find(String... action) {
        var argv =
                new ArrayList<>(
                        List.of(
                                "find",
                                TREE,
                                "-type",
                                "d",
                                "(",
                                "-path",
                                TREE + "/*/" + group,
                                "-o",
                                "-path",
                                TREE + "/*/" + group + "/*",
                                ")"));
        argv.addAll(List.of(action));
        return Command.of(argv);
    }
}
