package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;

/**
 * libvirt's daemon, as long as it is needed to take away what it keeps of the lab: a machine or a
 * network stays defined when the daemon isn't running.
 *
 * <pre>{@code
 * - libvirt_daemon_if_defined
 * }</pre>
 */
public record LibvirtDaemonIfDefined() implements Step {
    @Override
    public String title() {
        return "libvirt is running if it has something of the lab's";
    }

    @Override
    public Diff diff(Target target) {
        if (target.ask(new LibvirtListening(target))) {
            return Diff.inOrder("it is running");
        }
        String network = AddressPlan.of(target.lab().tag(), target.settings()).network();
        String definitions =
                target.settings().machines().domainType().isContainer()
                        ? "/etc/libvirt/lxc"
                        : "/etc/libvirt/qemu";
        boolean defined =
                target.ask(new DirectoryEntries("/etc/libvirt/qemu/networks"))
                                .contains(network + ".xml")
                        || target.settings().machines().virtualMachines().stream()
                                .anyMatch(m ->
                                        target.ask(new DirectoryEntries(definitions))
                                                .contains(m.name() + ".xml"));
        return defined
                ? new Diff.Needs(LibvirtDaemon.start(target))
                : Diff.inOrder("it has nothing of the lab's");
    }
}
