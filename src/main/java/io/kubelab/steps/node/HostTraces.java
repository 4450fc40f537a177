package io.kubelab.steps.node;

import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.Lines;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Files and directories that a node has of kubelab and of the programs which it puts there. */
final class HostTraces {
    static final String MODULES = "/etc/modules-load.d/kubernetes.conf";
    static final String SYSCTLS = "/etc/sysctl.d/90-kubernetes.conf";

    private static final List<String> FIXED =
            List.of(
                    MODULES,
                    SYSCTLS,
                    UnmanagedInterfaces.FILE,
                    ContainerdConfig.UNIT,
                    KubeletUnit.UNIT,
                    KubeletUnit.UNIT + ".d",
                    "/etc/containerd",
                    "/etc/crictl.yaml",
                    "/etc/cni",
                    "/etc/kubernetes",
                    "/opt/cni",
                    "/opt/containerd",
                    "/var/lib/containerd",
                    "/var/lib/kubelet",
                    "/var/lib/cni",
                    "/var/log/pods",
                    "/var/log/containers",
                    "/var/log/multus.log",
                    "/run/containerd",
                    "/run/flannel",
                    // of the kubelet, for plugins of volumes
                    "/usr/libexec/kubernetes");

    private HostTraces() {}

    /** Those that are there. */
    static Set<String> there(Target target) {
        var argv = new ArrayList<>(FIXED);
        Artifacts.of(target).nodePrograms().stream()
                .map(Artifacts.NodeProgram::path)
                // what is in a directory goes with it
                .filter(path -> FIXED.stream().noneMatch(d -> path.startsWith(d + "/")))
                .forEach(argv::add);
        argv.addAll(List.of("-maxdepth", "0"));
        return new LinkedHashSet<>(target.ask(Lines.of("find", argv.toArray(String[]::new))));
    }
}
