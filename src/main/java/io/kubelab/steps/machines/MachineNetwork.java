package io.kubelab.steps.machines;

import static java.util.stream.Collectors.joining;

import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
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

    /** Where libvirt says of a container that runs which process of the virthost its init is. */
    private static final String STATUS = "/run/libvirt/lxc/%s.xml";

    private static final Pattern INIT = Pattern.compile("<init pid='(\\d+)'/>");

    /** libvirt's own process for the container, whose child is init. */
    private static final Pattern CONTROLLER = Pattern.compile("<domstatus [^>]*pid='(\\d+)'");

    /** The oldest child of a process (pgrep(1)). */
    record FirstChild(String process) implements Fact.OfHost<Optional<String>> {
        @Override
        public Command command() {
            return Command.of("pgrep", "--oldest", "--parent", process);
        }

        @Override
        public Optional<String> parse(CommandResult result) {
            return result.ok() ? Optional.of(result.out().strip()) : Optional.empty();
        }
    }

    @Override
    public String title() {
        return "the machine is on the lab's network";
    }

    @Override
    public Diff diff(Target target) {
        String name = target.host().name();
        String status = target.ask(new FileText(STATUS.formatted(name))).orElse("");
        Optional<String> init = found(INIT, status);
        if (init.isEmpty()) {
            return pending(name);
        }
        var inside = new NetworkState(init.get());
        List<NetworkState.Found> found = target.askAll(List.of(inside, NetworkState.ofHost()));
        if (found.get(0).links().isEmpty()) {
            // not even lo: after a start libvirt may still say which process it was before
            Optional<String> child =
                    found(CONTROLLER, status).flatMap(c -> target.ask(new FirstChild(c)));
            if (child.isEmpty() || child.equals(init)) {
                return pending(name);
            }
            inside = new NetworkState(child.get());
            found = target.askAll(List.of(inside, NetworkState.ofHost()));
        }
        NetworkState.Found seen = found.get(0);
        NetworkState.Found host = found.get(1);
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

    private static Optional<String> found(Pattern pattern, String status) {
        return Optional.of(pattern.matcher(status)).filter(Matcher::find).map(m -> m.group(1));
    }

    private static Diff pending(String name) {
        return new Diff.Pending(
                name + "'s first process",
                Duration.ofSeconds(10),
                new Diff.Wake.Every(Duration.ofMillis(100)),
                "Look at %s on the virthost.".formatted(STATUS.formatted(name)));
    }

    private static String shown(Nic nic) {
        return nic.gateway()
                .map(gateway -> "%s goes out by %s".formatted(nic.address(), gateway))
                .orElse(nic.address());
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
