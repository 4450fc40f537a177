package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.LoadedModules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel modules that we loaded are unloaded, but for those that somebody uses.
 *
 * <pre>{@code
 * - node_kernel_modules_unloaded
 * }</pre>
 */
public record NodeKernelModulesUnloaded() implements Step {
    @Override
    public String title() {
        return "kernel modules that kubelab loaded are unloaded";
    }

    @Override
    public Diff diff(Target target) {
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        var changes = new ArrayList<Change>();
        if (!(target.ask(new FileState(NodeKernelModules.AT_BOOT)) instanceof Found.Absent)) {
            changes.add(new Change.Remove(NodeKernelModules.AT_BOOT));
        }
        List<String> unused = unused(target);
        if (!unused.isEmpty()) {
            var argv = new ArrayList<>(List.of("modprobe", "-r", "-a"));
            argv.addAll(unused);
            changes.add(
                    new Change.Run(
                            Command.of(argv),
                            Duration.ofSeconds(30),
                            "They can stay loaded; nothing depends on it."));
        }
        return Diff.of(changes, "there are none, or they are in use");
    }

    private static List<String> unused(Target target) {
        Map<String, Integer> loaded = target.ask(new LoadedModules());
        return target
                .ask(new FileText(VirthostPlaces.of(target).before(NodeKernelModules.LOADED_BY_US)))
                .stream()
                .flatMap(String::lines)
                .filter(name -> Integer.valueOf(0).equals(loaded.get(name)))
                .toList();
    }
}
