package io.kubelab.steps.machines;

import static java.util.stream.Collectors.joining;

import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The container is on the lab's networks: its interfaces are up and plugged into their bridges,
 * with their addresses and its way out. libvirt sees to that when a container starts, and nobody
 * does later. It is looked at from the virthost, since a machine without an address lets nobody in.
 *
 * <pre>{@code
 * - machine_network
 * }</pre>
 */
public record MachineNetwork() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Override
    public String title() {
        return "the machine is on the lab's network";
    }

    @Override
    public Diff diff(Target target) {
        String name = target.host().name();
        Optional<ContainerNetwork> container = ContainerNetwork.of(target);
        if (container.isEmpty()) {
            return pending(name);
        }
        var inside = new NetworkState(container.get().process());
        NetworkState.Found seen = container.get().seen();
        NetworkState.Found host = container.get().host();
        List<Nic> nics = MachineDefined.nics(target);
        var changes = new ArrayList<Change>();
        for (int i = 0; i < nics.size(); i++) {
            Optional<NetworkState.Link> link = seen.link("eth" + i);
            Optional<NetworkState.Link> plug = link.flatMap(l -> host.link(l.peer()));
            if (link.isEmpty() || plug.isEmpty()) {
                return Diff.needs(new Change.StopMachine(name), new Change.StartMachine(name));
            }
            plugged(plug.get(), LabBridges.of(target, nics.get(i))).ifPresent(changes::add);
            changes.addAll(inside(inside, seen, link.get(), nics.get(i)));
            int mtu = LabBridges.mtu(target, nics.get(i));
            if (mtu < LabBridges.USUAL_MTU && link.get().mtu() != mtu) {
                changes.add(
                        run(
                                inside.ip(
                                        "link",
                                        "set",
                                        "dev",
                                        link.get().name(),
                                        "mtu",
                                        String.valueOf(mtu))));
            }
        }
        return Diff.of(changes, nics.stream().map(MachineNetwork::shown).collect(joining(", ")));
    }

    private static Diff pending(String name) {
        return new Diff.Pending(
                name + "'s first process",
                Duration.ofSeconds(10),
                new Diff.Wake.Every(Duration.ofMillis(100)),
                "Look at %s on the virthost.".formatted(ContainerNetwork.STATUS.formatted(name)));
    }

    private static String shown(Nic nic) {
        return nic.gateway()
                .map(gateway -> "%s goes out by %s".formatted(nic.address(), gateway))
                .orElse(nic.shownAddress());
    }

    /** The virthost's end of a machine's interface is in its network's bridge. */
    static Optional<Change> plugged(NetworkState.Link plug, String bridge) {
        return plug.up() && plug.master().equals(bridge)
                ? Optional.empty()
                : Optional.of(
                        run(
                                NetworkState.ofHost()
                                        .ip(
                                                "link",
                                                "set",
                                                "dev",
                                                plug.name(),
                                                "master",
                                                bridge,
                                                "up")));
    }

    private static List<Change> inside(
            NetworkState machine, NetworkState.Found found, NetworkState.Link link, Nic nic) {
        if (nic.address().isEmpty()) {
            return List.of(); // the machine's own program sees to it
        }
        var changes = new ArrayList<Change>();
        String device = link.name();
        if (!link.up()) {
            changes.add(run(machine.ip("link", "set", "dev", device, "up")));
        }
        String address = nic.address() + "/" + nic.prefix();
        if (!found.addresses().contains(new NetworkState.Address(device, address))) {
            changes.add(run(machine.ip("address", "replace", address, "dev", device, "brd", "+")));
        }
        nic.gateway()
                .filter(g -> !found.hasRoute("default via %s dev %s".formatted(g, device)))
                .map(g -> machine.ip("route", "replace", "default", "via", g, "dev", device))
                .ifPresent(route -> changes.add(run(route)));
        return changes;
    }

    private static Change run(Command command) {
        return new Change.Run(
                command,
                LIMIT,
                "Compare 'ip address' and 'ip route' on the virthost and in the machine with 'kubelab settings'.");
    }
}
