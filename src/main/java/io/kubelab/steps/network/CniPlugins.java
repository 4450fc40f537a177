package io.kubelab.steps.network;

import io.kubelab.remote.Command;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.bundle.Artifacts.NodeProgram;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found.RegularFile;
import io.kubelab.steps.facts.ModifiedAt;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The CNI plugins that the setting {@code cni_plugins} names lie among the node's, in the place of
 * the bundle's where they have the same name; those that it names no more are gone. Each has a time
 * of last change that is made of its own digest: by this a plugin that was put there by us is told
 * from what a user or a DaemonSet put there, which stays.
 *
 * <pre>{@code
 * - cni_plugins
 * }</pre>
 */
public record CniPlugins() implements Step {
    private static final String DIRECTORY = "/opt/cni/bin";

    @Override
    public String title() {
        return "the lab's own CNI plugins are the node's";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        List<NodeProgram> own = artifacts.ownPluginFiles();
        List<String> others = others(target, artifacts);
        target.askTogether(
                Stream.concat(own.stream().map(NodeProgram::path), others.stream())
                        .flatMap(path -> Stream.of(new FileState(path), new ModifiedAt(path)))
                        .toArray(Fact<?>[]::new));
        var changes = new ArrayList<Change>();
        own.forEach(plugin -> changes.addAll(placed(target, plugin)));
        others.stream()
                .filter(path ->
                        target.ask(new FileState(path)) instanceof RegularFile file
                                && isFrom(target, path, time(file.sha256())))
                .forEach(path -> changes.add(new Change.Remove(path)));
        return Diff.of(changes, own.size() + " are what was compiled");
    }

    private static List<Change> placed(Target target, NodeProgram plugin) {
        var changes =
                new ArrayList<>(
                        new WantedFile(plugin.path(), plugin.file(), FileAttributes.PROGRAM)
                                .changes(target));
        if (plugin.isBuilt()) {
            long time = time(plugin.file().sha256());
            if (!changes.isEmpty() || !isFrom(target, plugin.path(), time)) {
                changes.add(
                        new Change.Run(
                                Command.of("touch", "--date=@" + time, plugin.path()),
                                Duration.ofSeconds(20),
                                "Is the node's disk full or read-only?"));
            }
        }
        return changes;
    }

    /** What is neither the bundle's nor asked for. */
    private static List<String> others(Target target, Artifacts artifacts) {
        Set<String> known =
                Stream.of(artifacts.nodePrograms(), artifacts.ownPluginFiles())
                        .flatMap(List::stream)
                        .map(NodeProgram::path)
                        .collect(Collectors.toSet());
        return target.ask(new DirectoryEntries(DIRECTORY)).stream()
                .map(name -> DIRECTORY + "/" + name)
                .filter(path -> !known.contains(path) && !path.equals(MultusPlugin.PATH))
                .sorted()
                .toList();
    }

    /** See {@link #time(String)}; 0 as long as it isn't built. */
    static long time(NodeProgram plugin) {
        return plugin.isBuilt() ? time(plugin.file().sha256()) : 0;
    }

    /** In seconds since 1970; it falls into the seventies. */
    private static long time(String sha256) {
        return Long.parseLong(sha256.substring(0, 7), 16);
    }

    private static boolean isFrom(Target target, String path, long time) {
        return target.ask(new ModifiedAt(path))
                .filter(at -> at.getEpochSecond() == time)
                .isPresent();
    }
}
