package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ServiceState;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The kubelet's unit with kubeadm's drop-in, enabled. It is started by kubeadm: before, it would
 * only fail and be started again.
 *
 * <pre>{@code
 * - kubelet_unit
 * }</pre>
 */
public record KubeletUnit() implements Step {
    private static final String UNIT = "/etc/systemd/system/kubelet.service";

    record NoValues() {}

    @Override
    public String title() {
        return "the kubelet starts at boot";
    }

    @Override
    public Diff diff(Target target) {
        var changes =
                new ArrayList<Change>(
                        WantedFile.changes(
                                target,
                                List.of(
                                        WantedFile.rendered(
                                                target,
                                                UNIT,
                                                "node/kubelet.service",
                                                new NoValues()),
                                        WantedFile.rendered(
                                                target,
                                                UNIT + ".d/10-kubeadm.conf",
                                                "node/10-kubeadm.conf",
                                                new NoValues()))));
        ServiceState.Found kubelet = target.ask(new ServiceState("kubelet"));
        if (!changes.isEmpty() || kubelet.reloadNeeded()) {
            changes.add(systemctl("daemon-reload"));
            if ("active".equals(kubelet.active())) {
                changes.add(systemctl("restart", "kubelet"));
            }
        }
        if (!"enabled".equals(kubelet.atBoot())) {
            changes.add(systemctl("enable", "kubelet"));
        }
        return Diff.of(changes, "its unit is enabled");
    }

    private static Change systemctl(String... arguments) {
        return new Change.Run(
                Command.of("systemctl", arguments),
                Duration.ofSeconds(60),
                "Run 'journalctl -u kubelet' on the node.");
    }
}
