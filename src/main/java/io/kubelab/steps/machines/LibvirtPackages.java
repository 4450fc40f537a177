package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.settings.KnownImage.Firmware;
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
import java.util.stream.Stream;

/**
 * What the lab's machines need of the virthost's distribution.
 *
 * <pre>{@code
 * - libvirt_packages
 * }</pre>
 */
public record LibvirtPackages() implements Step {
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

    /**
     * Each driver has its daemon. Storage's is needed for the images that disks are clones of; its
     * distributions have no driver for containers.
     */
    private static final List<String> MODULAR =
            List.of(
                    QEMU,
                    "libvirt-daemon-driver-network",
                    "libvirt-daemon-driver-storage-core",
                    "libvirt-daemon-log",
                    "qemu-kvm",
                    "qemu-img",
                    "dnsmasq",
                    "iproute",
                    "procps-ng");

    @Override
    public String title() {
        return "libvirt and its driver for the machines are installed";
    }

    private static WantedPackages wanted(Target target) {
        if (target.settings().machines().domainType().isContainer()) {
            return new WantedPackages(Map.of(Packaging.APT, monolithic(List.of(LXC))));
        }
        var driver =
                new ArrayList<>(
                        List.of(
                                QEMU,
                                target.settings().bundle().architecture().equals("arm64")
                                        ? "qemu-system-arm"
                                        : "qemu-system-x86",
                                "qemu-utils"));
        var modular = new ArrayList<>(MODULAR);
        if (WantedImage.firmware(target) == Firmware.UEFI) {
            driver.add("ovmf");
            modular.add("edk2-ovmf");
        }
        return new WantedPackages(monolithic(driver), modular);
    }

    /** Debian's names, which Ubuntu shares. */
    private static List<String> monolithic(List<String> driver) {
        return Stream.of(List.of(DAEMON), driver, TOOLS).flatMap(List::stream).toList();
    }

    @Override
    public Diff diff(Target target) {
        MissingPackages missing = wanted(target).missing(target);
        if (missing.isEmpty()) {
            return Diff.inOrder("all of them");
        }
        var changes = new ArrayList<Change>();
        changes.add(missing.installation());
        if (missing.names().stream().anyMatch(DRIVERS::contains)
                && missing.packaging() == Packaging.APT
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
        return target.ask(new FileText(LibvirtDaemon.pidFile(LibvirtDaemon.ONE)))
                .map(pid -> LibvirtStopped.end(target, LibvirtDaemon.ONE, pid.strip()))
                .orElse(List.of());
    }
}
