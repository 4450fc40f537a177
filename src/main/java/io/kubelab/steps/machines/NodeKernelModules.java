package io.kubelab.steps.machines;

import io.kubelab.failure.MachineFailed;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.KernelModules;
import io.kubelab.steps.facts.KernelModules.Origin;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Kernel modules that container nodes use and can't load themselves. Which ones were loaded by us
 * is remembered, so that {@code down} can unload them.
 *
 * <pre>{@code
 * - node_kernel_modules
 * }</pre>
 */
public record NodeKernelModules() implements Step {
    /** kube-proxy and flannel; containerd's images; flannel's tunnel; the article's pods. */
    static final List<String> NAMES = List.of("br_netfilter", "overlay", "vxlan", "macvlan");

    static final String AT_BOOT = "/etc/modules-load.d/kubelab.conf";
    static final String LOADED_BY_US = "modules";

    private static final String TEXT = String.join("\n", NAMES) + "\n";

    @Override
    public String title() {
        return "the kernel modules " + String.join(", ", NAMES) + " are loaded";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> there = target.ask(new KernelModules());
        List<String> missing =
                NAMES.stream()
                        .filter(name -> !there.contains(name))
                        .filter(name -> isLoadable(target, name))
                        .toList();
        var changes = new ArrayList<Change>();
        if (!missing.isEmpty()) {
            changes.add(remembered(target, missing));
            var argv = new ArrayList<>(List.of("modprobe", "-a"));
            argv.addAll(missing);
            changes.add(
                    new Change.Run(
                            Command.of(argv),
                            Duration.ofSeconds(30),
                            "Run 'dmesg' on the virthost for the kernel's reason."));
        }
        if (target.ask(new BootedWithSystemd())) {
            changes.addAll(
                    new WantedFile(AT_BOOT, new Content.Text(TEXT), FileAttributes.PUBLIC)
                            .changes(target));
        }
        return Diff.of(changes, "they are there");
    }

    private static boolean isLoadable(Target target, String name) {
        return switch (target.ask(new Origin(name))) {
            case LOADABLE -> true;
            case BUILT_IN -> false;
            case MISSING ->
                    throw new MachineFailed(
                            target.place().name(),
                            "its kernel has no module '%s', which nodes need".formatted(name),
                            "Install the kernel's modules (on Ubuntu: linux-modules-extra-$(uname -r)) or use another virthost.");
        };
    }

    /** Said before they are loaded: a run that is cut off between the two forgets nothing. */
    private static Change remembered(Target target, List<String> missing) {
        String path = VirthostPlaces.of(target).before(LOADED_BY_US);
        var names = new TreeSet<>(missing);
        target.ask(new FileText(path)).ifPresent(text -> names.addAll(text.lines().toList()));
        return new Change.PutFile(
                path, new Content.Text(String.join("\n", names) + "\n"), FileAttributes.PUBLIC);
    }
}
