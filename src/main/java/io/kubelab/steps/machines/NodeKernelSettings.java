package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.KernelSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Limits of the virthost's kernel that all container nodes share, because root is the same user in
 * each: systemd, kubelet, containerd and many a pod watch files, and the usual 128 watchers are
 * used up by a few nodes. A higher limit stays.
 *
 * <pre>{@code
 * - node_kernel_settings
 * }</pre>
 */
public record NodeKernelSettings() implements Step {
    private static final Map<String, Long> AT_LEAST =
            new TreeMap<>(
                    Map.of(
                            "fs.inotify.max_user_instances", 1024L,
                            "fs.inotify.max_user_watches", 524288L));

    @Override
    public String title() {
        return "the virthost's kernel lets several nodes watch files";
    }

    @Override
    public Diff diff(Target target) {
        Map<String, String> now = target.ask(new KernelSettings(List.copyOf(AT_LEAST.keySet())));
        var argv = new ArrayList<>(List.of("sysctl", "-q", "-w"));
        AT_LEAST.forEach((name, least) -> {
            if (now.containsKey(name) && Long.parseLong(now.get(name)) < least) {
                argv.add(name + "=" + least);
            }
        });
        return argv.size() == 3
                ? Diff.inOrder("its limits are high enough")
                : Diff.needs(
                        new Change.Run(
                                Command.of(argv),
                                Duration.ofSeconds(10),
                                "kubelab has to be root on the virthost."));
    }
}
