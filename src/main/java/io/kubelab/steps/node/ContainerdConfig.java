package io.kubelab.steps.node;

import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.NodeKernel;
import io.kubelab.steps.general.WantedFile;
import java.util.List;

/**
 * containerd's configuration, its unit, crictl's, and one mirror for all registries: the
 * virthost's, or {@code registry_mirror}.
 *
 * <pre>{@code
 * - containerd_config
 * - service: { name: containerd, reads: [/etc/containerd/config.toml] }
 * }</pre>
 */
public record ContainerdConfig() implements Step {
    public static final String SOCKET = "/run/containerd/containerd.sock";

    /**
     * @param sandboxImage what holds a pod's namespaces, with its tag
     * @param systemdCgroup pods' cgroups are made by systemd
     * @param restrictOomScore no process may lower its OOM score
     * @param labelledRuntime AppArmor would label what runc starts, and the virthost's libvirtd may
     *     not end what has that label
     * @param container the node is a container itself
     */
    record Config(
            String sandboxImage,
            boolean systemdCgroup,
            boolean restrictOomScore,
            boolean labelledRuntime,
            boolean container,
            String mirror,
            String socket) {}

    @Override
    public String title() {
        return "containerd is configured";
    }

    @Override
    public Diff diff(Target target) {
        NodeKernel.Found kernel = target.ask(new NodeKernel());
        boolean container = target.settings().machines().domainType() == DomainType.LXC;
        var config =
                new Config(
                        Artifacts.of(target).imageReference("pause"),
                        kernel.cgroupV2(),
                        !kernel.sysResource(),
                        kernel.appArmor() && container,
                        container,
                        mirror(target),
                        SOCKET);
        return Diff.of(
                WantedFile.changes(
                        target,
                        List.of(
                                WantedFile.rendered(
                                        target,
                                        "/etc/containerd/config.toml",
                                        "node/config.toml",
                                        config),
                                WantedFile.rendered(
                                        target,
                                        "/etc/containerd/certs.d/_default/hosts.toml",
                                        "node/hosts.toml",
                                        config),
                                WantedFile.rendered(
                                        target, "/etc/crictl.yaml", "node/crictl.yaml", config),
                                WantedFile.rendered(
                                        target,
                                        "/etc/systemd/system/containerd.service",
                                        "node/containerd.service",
                                        config))),
                "registries are mirrored by " + config.mirror());
    }

    private static String mirror(Target target) {
        String setting = target.settings().bundle().registryMirror();
        return "auto".equals(setting)
                ? "http://%s:%d"
                        .formatted(
                                AddressPlan.of(target.lab().tag(), target.settings()).gateway(),
                                target.settings().bundle().registryPort())
                : setting;
    }
}
