package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.settings.Address;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.LinkConfigurer;
import io.kubelab.steps.facts.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * With {@code bridge_networking}, the virthost has the interface {@code bridge_physical_nic}, on
 * the LAN {@code bridge_network_cidr}, and it is or can be made the port of {@code
 * bridge_network_name}.
 *
 * <pre>{@code
 * - lan_at_hand
 * }</pre>
 */
public record LanAtHand() implements Requirement {
    private static final String NIC = "bridge_physical_nic";
    private static final String BRIDGE = "bridge_network_name";
    private static final String UPPER = "upper_";

    @Override
    public String title() {
        return "the virthost is on the machines' LAN";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        NetworkSettings network = target.settings().network();
        if (!network.bridgeNetworking()) {
            return Diff.inOrder("machines have a network of their own");
        }
        String nic = network.bridgePhysicalNic();
        String bridge = network.bridgeNetworkName();
        var uppers = new DirectoryEntries("/sys/class/net/" + nic);
        var manager = new LinkConfigurer(nic);
        var state = LanBridge.state(target);
        target.askTogether(NetworkState.ofHost(), uppers, manager, state);
        NetworkState.Found found = target.ask(NetworkState.ofHost());
        Optional<NetworkState.Link> link = found.link(nic);
        if (link.isEmpty()) {
            throw new InvalidInput(
                    NIC,
                    "%s has no network interface '%s'; name one of %s"
                            .formatted(target.place(), nic, interfaces(found)));
        }
        if (LanBridge.isPort(target, nic, bridge)) {
            return onLan(target, found, bridge);
        }
        var problems = new ArrayList<Problem>();
        switch (target.ask(state)) {
            // the addresses are under way
            case SWITCHING, WAITING, CONFIRMED, ABANDONED -> {
                return Diff.inOrder(bridge + " is being made");
            }
            case KEPT -> problems.addAll(LanBridge.lost(target).problems());
            case NONE, UNDONE -> {
                String master = link.get().master();
                if (!master.isEmpty()) {
                    problems.add(
                            new Problem(
                                    BRIDGE,
                                    "%s is a port of '%s' already; if that is a bridge, name it here"
                                            .formatted(nic, master)));
                } else if (found.link(bridge).isPresent()) {
                    problems.add(
                            new Problem(
                                    BRIDGE,
                                    "%s has an interface '%s' already, which %s is no port of; choose another name, or make it its port"
                                            .formatted(target.place(), bridge, nic)));
                }
            }
        }
        fit(target.ask(uppers), nic, master(link.get())).ifPresent(problems::add);
        if (target.ask(manager).isEmpty() && link.get().master().isEmpty()) {
            problems.addAll(unmanaged(target).problems());
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return onLan(target, found, nic);
    }

    private static String master(NetworkState.Link link) {
        return UPPER + link.master();
    }

    /** What can't be bridged as it is. */
    private static Optional<Problem> fit(Set<String> entries, String nic, String master) {
        if (entries.contains("wireless") || entries.contains("phy80211")) {
            return Optional.of(
                    new Problem(
                            NIC,
                            "%s is wireless, and access points take one MAC address from it; name another interface, or leave bridge_networking out"
                                    .formatted(nic)));
        }
        if (entries.contains("bridge")) {
            return Optional.of(
                    new Problem(
                            NIC,
                            "%s is itself a bridge; name it in bridge_network_name, and its port here"
                                    .formatted(nic)));
        }
        String uppers =
                entries.stream()
                        .filter(e -> e.startsWith(UPPER) && !e.equals(master))
                        .map(e -> e.substring(UPPER.length()))
                        .sorted()
                        .collect(Collectors.joining(", "));
        return uppers.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                NIC,
                                "%s carries %s, which would lose it; make the bridge yourself, and name it in bridge_network_name"
                                        .formatted(nic, uppers)));
    }

    static InvalidInput unmanaged(Target target) {
        NetworkSettings network = target.settings().network();
        return new InvalidInput(
                NIC,
                "%s is configured neither by NetworkManager, systemd-networkd (netplan) nor ifupdown, so that kubelab can't make it a bridge's port to stay; make %s yourself, with %s as its port"
                        .formatted(
                                network.bridgePhysicalNic(),
                                network.bridgeNetworkName(),
                                network.bridgePhysicalNic()));
    }

    private static Diff.InOrder onLan(Target target, NetworkState.Found found, String link) {
        NetworkSettings network = target.settings().network();
        List<String> addresses = addresses(found, link);
        return addresses.stream()
                .filter(a -> network.bridgeNetworkCidr().contains(new Address(bare(a))))
                .findFirst()
                .map(address -> Diff.inOrder("%s has %s".formatted(link, address)))
                .orElseThrow(() ->
                        new InvalidInput(
                                "bridge_network_cidr",
                                "%s has %s on %s, and no address of %s; write the LAN's own network, or name the interface that is on it (%s)"
                                        .formatted(
                                                target.place(),
                                                addresses.isEmpty()
                                                        ? "no address"
                                                        : String.join(", ", addresses),
                                                link,
                                                network.bridgeNetworkCidr(),
                                                NIC)));
    }

    private static List<String> addresses(NetworkState.Found found, String link) {
        return found.addresses().stream()
                .filter(a -> a.link().equals(link))
                .map(NetworkState.Address::address)
                .toList();
    }

    private static String bare(String address) {
        return address.split("/", 2)[0];
    }

    private static String interfaces(NetworkState.Found found) {
        return found.links().stream()
                .map(NetworkState.Link::name)
                .filter(name -> !name.equals("lo") && !addresses(found, name).isEmpty())
                .map(name -> "%s (%s)".formatted(name, String.join(", ", addresses(found, name))))
                .collect(Collectors.joining(", "));
    }
}
