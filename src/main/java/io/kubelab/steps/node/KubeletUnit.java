package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.ServiceState;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kubelet's unit with kubeadm's drop-in, enabled; and running where kubeadm has made a node of
 * the machine. Before, it would only fail and be started again. They are the same where the kubelet
 * is a package, whose own unit and drop-in systemd passes by (systemd.unit(5)).
 *
 * <pre>{@code
 * - kubelet_unit
 * }</pre>
 */
public record KubeletUnit() implements Step {
    /** kubeadm writes it before it starts the kubelet for the first time. */
    private static final String CONFIG = "/var/lib/kubelet/config.yaml";

    static final String UNIT = "/etc/systemd/system/kubelet.service";

    /**
     * @param program its path
     * @param arguments file with people's own arguments for it (KUBELET_EXTRA_ARGS)
     */
    record Kubelet(String program, String arguments) {
        static Kubelet of(Target target) {
            return new Kubelet(
                    KubernetesPackages.program(target, "kubelet"),
                    KubernetesPackages.areWanted(target)
                                    && target.ask(new OsRelease())
                                            .packages()
                                            .equals(Optional.of(Packaging.DNF))
                            ? "/etc/sysconfig/kubelet"
                            : "/etc/default/kubelet");
        }
    }

    @Override
    public String title() {
        return "the kubelet runs as soon as it can, and at boot";
    }

    @Override
    public Diff diff(Target target) {
        var values = Kubelet.of(target);
        List<WantedFile> files =
                List.of(
                        WantedFile.rendered(target, UNIT, "node/kubelet.service", values),
                        WantedFile.rendered(
                                target,
                                UNIT + ".d/10-kubeadm.conf",
                                "node/10-kubeadm.conf",
                                values));
        var kubelet = new ServiceState("kubelet");
        var config = new FileState(CONFIG);
        target.askTogether(kubelet, config);
        List<Change> changes = new ArrayList<>(WantedFile.changes(target, files));
        ServiceState.Found found = target.ask(kubelet);
        boolean running = "active".equals(found.active());
        boolean other = changes.stream().anyMatch(Change.PutFile.class::isInstance);
        if (other || found.reloadNeeded()) {
            changes.add(systemctl("daemon-reload"));
            if (running) {
                changes.add(systemctl("restart", "kubelet"));
            }
        }
        if (!"enabled".equals(found.atBoot())) {
            changes.add(systemctl("enable", "kubelet"));
        }
        if (isStopped(found) && !(target.ask(config) instanceof FileState.Found.Absent)) {
            changes.add(systemctl("start", "kubelet"));
        }
        return Diff.of(changes, running ? "it is running" : "its unit is enabled");
    }

    /** Not on its way either: systemd starts it again by itself when it fails. */
    private static boolean isStopped(ServiceState.Found kubelet) {
        return List.of("inactive", "failed", "deactivating").contains(kubelet.active());
    }

    private static Change systemctl(String... arguments) {
        return new Change.Run(
                Command.of("systemctl", arguments),
                Duration.ofSeconds(60),
                "Run 'journalctl -u kubelet' on the node.");
    }
}
