package io.kubelab.steps.node;

import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.InContainer;
import io.kubelab.steps.facts.NodeKernel;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.SelinuxMode;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
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

    static final String UNIT = "/etc/systemd/system/containerd.service";

    private static final String RUNC = "/usr/sbin/runc";

    /**
     * AppArmor would label what runc starts in a container node, and the virthost's libvirtd may
     * not end what has that label.
     */
    private static final String UNLABELLED_RUNC = "/usr/local/sbin/runc";

    private static final String CRUN = "/usr/bin/crun";

    /**
     * @param sandboxImage what holds a pod's namespaces, with its tag
     * @param systemdCgroup pods' cgroups are made by systemd
     * @param restrictOomScore no process may lower its OOM score
     * @param runtime path of the OCI runtime; empty: containerd finds runc itself
     * @param container the node is a container itself
     * @param selinux containers get labels of their own
     */
    record Config(
            String sandboxImage,
            boolean systemdCgroup,
            boolean restrictOomScore,
            String runtime,
            boolean container,
            boolean selinux,
            String mirror,
            String socket) {}

    @Override
    public String title() {
        return "containerd is configured";
    }

    @Override
    public Diff diff(Target target) {
        NodeKernel.Found kernel = target.ask(new NodeKernel());
        boolean container = InContainer.is(target);
        String runtime =
                container
                        ? kernel.appArmor() && target.host().in(Inventory.MACHINES)
                                ? UNLABELLED_RUNC
                                : ""
                        : runtimeOf(target.ask(new OsRelease()));
        var config =
                new Config(
                        Artifacts.of(target).imageReference("pause"),
                        kernel.cgroupV2(),
                        !kernel.sysResource(),
                        runtime,
                        container,
                        SelinuxMode.labels(target),
                        mirror(target),
                        SOCKET);
        var changes = new ArrayList<Change>();
        if (runtime.equals(UNLABELLED_RUNC)) {
            changes.addAll(unlabelledRuntime(target));
        }
        changes.addAll(
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
                                        target, UNIT, "node/containerd.service", config))));
        return Diff.of(changes, "registries are mirrored by " + config.mirror());
    }

    /** CentOS Stream 10 has no runc; crun, which it and its relatives have, takes its arguments. */
    private static String runtimeOf(OsRelease.Found distribution) {
        return distribution.packages().filter(p -> p == Packaging.DNF).isPresent() ? CRUN : "";
    }

    /** AppArmor goes by a program's path, and nothing is bound to the path of a copy. */
    private static List<Change> unlabelledRuntime(Target target) {
        List<FileState.Found> found =
                target.askAll(List.of(new FileState(RUNC), new FileState(UNLABELLED_RUNC)));
        return found.get(0) instanceof FileState.Found.RegularFile original
                        && found.get(1).is(original.sha256(), FileAttributes.PROGRAM)
                ? List.of()
                : List.of(
                        new Change.Run(
                                Command.of("install", "--mode=0755", RUNC, UNLABELLED_RUNC),
                                Duration.ofSeconds(20),
                                "Is the package runc installed on the node?"));
    }

    private static String mirror(Target target) {
        String setting = target.settings().bundle().registryMirror();
        return "auto".equals(setting)
                ? "http://%s:%d"
                        .formatted(
                                AddressPlan.of(target.lab().tag(), target.settings()).virthost(),
                                target.settings().bundle().registryPort())
                : setting;
    }
}
