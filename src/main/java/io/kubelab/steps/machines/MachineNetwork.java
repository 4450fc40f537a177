package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine is on the lab's network: its interface is up and plugged into the bridge, with its
 * address and its way out. libvirt sees to that when a container starts, and nobody does later. It
 * is looked at from the virthost, since a machine without an address lets nobody in.
 *
 * <pre>{@code
 * - machine_network
 * }</pre>
 */
public record MachineNetwork() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String LINK = "eth0";

    /** Where libvirt says of a container that runs which process of the virthost its init is. */
    private static final String STATUS = "/run/libvirt/lxc/%s.xml";

    private static final Pattern INIT = Pattern.compile("<init pid='(\\d+)'/>");

    @Override
    public String title() {
        return "the machine is on the lab's network";
    }

    @Override
    public Diff diff(Target target) {
        String name = target.host().name();
        Optional<String> init =
                target.ask(new FileText(STATUS.formatted(name)))
                        .map(INIT::matcher)
                        .filter(Matcher::find)
                        .map(m -> m.group(1));
        if (init.isEmpty()) {
            return new Diff.Pending(
                    name + "'s first process",
                    Duration.ofSeconds(10),
                    new Diff.Wake.Every(Duration.ofMillis(100)),
                    "Look at %s on the virthost.".formatted(STATUS.formatted(name)));
        }
        var inside = new NetworkState(init.get());
        List<NetworkState.Found> found = target.askAll(List.of(inside, NetworkState.ofHost()));
        Optional<NetworkState.Link> link = found.get(0).link(LINK);
        Optional<NetworkState.Link> plug = link.flatMap(l -> found.get(1).link(l.peer()));
        if (link.isEmpty() || plug.isEmpty()) {
            return Diff.needs(new Change.StopMachine(name), new Change.StartMachine(name));
        }
        Nic nic = MachineDefined.spec(target).nics().getFirst();
        var changes = new ArrayList<Change>();
        String bridge = AddressPlan.of(target.lab().tag(), target.settings()).bridge();
        if (!plug.get().up() || !plug.get().master().equals(bridge)) {
            changes.add(
                    run(
                            NetworkState.ofHost()
                                    .ip(
                                            "link",
                                            "set",
                                            "dev",
                                            plug.get().name(),
                                            "master",
                                            bridge,
                                            "up")));
        }
        changes.addAll(inside(inside, found.get(0), link.get(), nic));
        return Diff.of(changes, "%s goes out by %s".formatted(nic.address(), nic.gateway()));
    }

    private static List<Change> inside(
            NetworkState machine, NetworkState.Found found, NetworkState.Link link, Nic nic) {
        var changes = new ArrayList<Change>();
        if (!link.up()) {
            changes.add(run(machine.ip("link", "set", "dev", LINK, "up")));
        }
        String address = nic.address() + "/" + nic.prefix();
        if (!found.addresses().contains(new NetworkState.Address(LINK, address))) {
            changes.add(run(machine.ip("address", "replace", address, "dev", LINK, "brd", "+")));
        }
        if (!found.hasRoute("default via %s dev %s".formatted(nic.gateway(), LINK))) {
            changes.add(
                    run(
                            machine.ip(
                                    "route",
                                    "replace",
                                    "default",
                                    "via",
                                    nic.gateway(),
                                    "dev",
                                    LINK)));
        }
        return changes;
    }

    private static Change run(Command command) {
        return new Change.Run(
                command,
                LIMIT,
                "Compare 'ip address' and 'ip route' on the virthost and in the machine with 'kubelab settings'.");
    }
}
