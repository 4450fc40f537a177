package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.PackagesInstalled;
import io.kubelab.steps.general.Package;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What container nodes need of the virthost's distribution.
 *
 * <pre>{@code
 * - libvirt_packages
 * }</pre>
 */
public record LibvirtPackages() implements Step {
    /** Debian's names, which Ubuntu shares. */
    static final List<String> NAMES =
            List.of(
                    "libvirt-daemon-system",
                    "libvirt-daemon-driver-lxc",
                    // libvirt's NAT networks
                    "dnsmasq-base",
                    "iptables",
                    "iproute2",
                    // sysctl
                    "procps");

    private static final String DRIVER = "libvirt-daemon-driver-lxc";

    @Override
    public String title() {
        return "libvirt and its LXC driver are installed";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> installed = target.ask(new PackagesInstalled(NAMES));
        List<String> missing = NAMES.stream().filter(n -> !installed.contains(n)).toList();
        if (missing.isEmpty()) {
            return Diff.inOrder(NAMES.size() + " packages are installed");
        }
        var changes = new ArrayList<Change>();
        changes.add(Package.installation(missing));
        if (missing.contains(DRIVER)
                && installed.contains("libvirt-daemon-system")
                && target.ask(new BootedWithSystemd())) {
            // a daemon loads its drivers when it starts
            changes.add(
                    new Change.Run(
                            Command.of("systemctl", "try-restart", "libvirtd.service"),
                            Duration.ofMinutes(1),
                            "Run 'journalctl -u libvirtd' on the virthost."));
        }
        return Diff.of(changes, "");
    }
}
