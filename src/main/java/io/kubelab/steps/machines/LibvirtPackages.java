package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.general.MissingPackages;
import io.kubelab.steps.general.WantedPackages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the lab's machines need of the virthost's distribution.
 *
 * <pre>{@code
 * - libvirt_packages
 * }</pre>
 */
public record LibvirtPackages() implements Step {
    /** Debian's names, which Ubuntu shares. */
    private static final String DAEMON = "libvirt-daemon-system";

    private static final List<String> TOOLS =
            List.of(
                    // libvirt's NAT networks
                    "dnsmasq-base",
                    "iptables",
                    "iproute2",
                    // sysctl
                    "procps");

    private static final String LXC = "libvirt-daemon-driver-lxc";
    private static final String QEMU = "libvirt-daemon-driver-qemu";

    private static final Set<String> DRIVERS = Set.of(LXC, QEMU);

    @Override
    public String title() {
        return "libvirt and its driver for the machines are installed";
    }

    static List<String> names(Target target) {
        var names = new ArrayList<>(List.of(DAEMON));
        names.addAll(
                target.settings().machines().domainType().isContainer()
                        ? List.of(LXC)
                        : List.of(
                                QEMU,
                                target.settings().bundle().architecture().equals("arm64")
                                        ? "qemu-system-arm"
                                        : "qemu-system-x86",
                                "qemu-utils"));
        names.addAll(TOOLS);
        return names;
    }

    @Override
    public Diff diff(Target target) {
        List<String> wanted = names(target);
        MissingPackages missing = new WantedPackages(Map.of(Packaging.APT, wanted)).missing(target);
        if (missing.isEmpty()) {
            return Diff.inOrder(wanted.size() + " packages are installed");
        }
        var changes = new ArrayList<Change>();
        changes.add(missing.installation());
        if (missing.names().stream().anyMatch(DRIVERS::contains)
                && !missing.names().contains(DAEMON)) {
            changes.addAll(restart(target));
        }
        return Diff.of(changes, "");
    }

    /** A daemon loads its drivers when it starts. */
    private static List<Change> restart(Target target) {
        if (target.ask(new BootedWithSystemd())) {
            return List.of(
                    new Change.Run(
                            Command.of("systemctl", "try-restart", "libvirtd.service"),
                            Duration.ofMinutes(1),
                            "Run 'journalctl -u libvirtd' on the virthost."));
        }
        // libvirt_daemon starts it again
        return target.ask(new FileText(LibvirtDaemon.PID_FILE))
                .map(pid -> LibvirtStopped.end(target, LibvirtDaemon.PID_FILE, pid.strip()))
                .orElse(List.of());
    }
}
