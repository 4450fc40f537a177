package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Forwarding between pods, now and after a boot. A container node has its virthost's kernel modules
 * and can't load any; whether the modules are there, its own sysctls tell.
 *
 * <pre>{@code
 * - kernel_settings
 * }</pre>
 */
public record KernelSettings() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String MODULES = "/etc/modules-load.d/kubernetes.conf";
    private static final String SYSCTLS = "/etc/sysctl.d/90-kubernetes.conf";

    /** Packets are forwarded, and those that cross a bridge filtered by iptables too. */
    private static final List<String> ON =
            List.of(
                    "net.ipv4.ip_forward",
                    "net.bridge.bridge-nf-call-iptables",
                    "net.bridge.bridge-nf-call-ip6tables");

    record NoValues() {}

    @Override
    public String title() {
        return "the kernel forwards packets between pods";
    }

    @Override
    public Diff diff(Target target) {
        boolean ownKernel = !target.settings().machines().domainType().isContainer();
        var files = new ArrayList<WantedFile>();
        if (ownKernel) {
            files.add(WantedFile.rendered(target, MODULES, "node/modules.conf", new NoValues()));
        }
        files.add(WantedFile.rendered(target, SYSCTLS, "node/sysctl.conf", new NoValues()));
        List<Change> changes = new ArrayList<>(WantedFile.changes(target, files));
        Map<String, String> now = target.ask(new io.kubelab.steps.facts.KernelSettings(ON));
        if (!ON.stream().allMatch(name -> "1".equals(now.get(name)))) {
            Command load = Command.of("sysctl", "--load", SYSCTLS);
            changes.add(
                    new Change.Run(
                            ownKernel
                                    ? Command.of("modprobe", "--all", "overlay", "br_netfilter")
                                            .then(load)
                                    : load,
                            LIMIT,
                            "Load the modules overlay and br_netfilter on the virthost (modprobe) and run the same command again."));
        }
        return Diff.of(changes, String.join(", ", ON) + " are 1");
    }
}
