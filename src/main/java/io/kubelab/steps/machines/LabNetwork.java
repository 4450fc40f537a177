package io.kubelab.steps.machines;

import io.kubelab.failure.MachineFailed;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.NetworkSpec.Nat;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.machines.Vxlan;
import io.kubelab.remote.Command;
import io.kubelab.settings.Address;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.KernelSettings;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lab's own NAT network on the virthost: libvirt has started it, its bridge still has its
 * address and route, and the kernel forwards packets. On a further virthost it is the same network,
 * whose way out is the first one's.
 *
 * <pre>{@code
 * - lab_network
 * }</pre>
 */
public record LabNetwork() implements Step {
    private static final String FORWARDING = "net.ipv4.ip_forward";

    /**
     * The network as it is on one virthost.
     *
     * @param address the virthost's in it
     */
    private record Site(NetworkSpec network, Address address) {
        static Site of(AddressPlan plan, Target target) {
            NetworkSpec whole = plan.networkSpec(target.lab().tag());
            Inventory inventory = target.lab().inventory();
            int place = inventory.virthosts().indexOf(target.place());
            return new Site(
                    place == 0
                            ? whole
                            : new NetworkSpec(
                                    whole.name(), whole.lab(), whole.bridge(), Optional.empty()),
                    Vxlan.inner(plan, inventory).get(place));
        }
    }

    @Override
    public String title() {
        return "the lab has a network";
    }

    @Override
    public Diff diff(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        var site = Site.of(plan, target);
        NetworkSpec wanted = site.network();
        var forwarding = new KernelSettings(List.of(FORWARDING));
        target.askTogether(new LibvirtListening(target), NetworkState.ofHost(), forwarding);
        Optional<Network> found = Hypervisor.network(target, wanted.name());
        if (found.flatMap(Network::asked).filter(wanted::equals).isEmpty()) {
            found.flatMap(Network::asked)
                    .flatMap(NetworkSpec::nat)
                    .ifPresent(old -> throwIfInUse(target, old, wanted));
            return Diff.needs(new Change.DefineNetwork(wanted));
        }
        if (!found.orElseThrow().active()) {
            return Diff.needs(new Change.StartNetwork(wanted.name()));
        }
        List<Change> changes =
                new ArrayList<>(bridge(plan, site, target.ask(NetworkState.ofHost())));
        if (!"1".equals(target.ask(forwarding).get(FORWARDING)) && wanted.nat().isPresent()) {
            changes.add(run(Command.of("sysctl", "-q", "-w", FORWARDING + "=1")));
        }
        return Diff.of(
                changes,
                "%s is %s/%d on %s"
                        .formatted(
                                wanted.name(),
                                site.address(),
                                plan.subnet().prefix(),
                                wanted.bridge()));
    }

    /** libvirt gives the bridge what it needs when the network starts, and never looks again. */
    private static List<Change> bridge(AddressPlan plan, Site site, NetworkState.Found found) {
        var changes = new ArrayList<Change>();
        String bridge = plan.bridge();
        NetworkState ours = NetworkState.ofHost();
        if (found.link(bridge).filter(NetworkState.Link::up).isEmpty()) {
            changes.add(run(ours.ip("link", "set", "dev", bridge, "up")));
        }
        String address = site.address() + "/" + plan.subnet().prefix();
        if (!found.addresses().contains(new NetworkState.Address(bridge, address))) {
            changes.add(run(ours.ip("address", "replace", address, "dev", bridge, "brd", "+")));
        } else if (!found.hasRoute(plan.subnet() + " dev " + bridge)) {
            // it comes with the address, but not back by itself
            changes.add(
                    run(
                            ours.ip(
                                    "route",
                                    "replace",
                                    plan.subnet().text(),
                                    "dev",
                                    bridge,
                                    "proto",
                                    "kernel",
                                    "scope",
                                    "link",
                                    "src",
                                    site.address().text())));
        }
        return changes;
    }

    private static Change run(Command command) {
        return new Change.Run(
                command, Duration.ofSeconds(10), "kubelab has to be root on the virthost.");
    }

    /** Other addresses mean another network, which can't be had under running machines. */
    private static void throwIfInUse(Target target, Nat old, NetworkSpec network) {
        boolean used =
                target.ask(new Hypervisor.Machines()).stream()
                        .anyMatch(m -> m.running() && m.owner().equals(Optional.of(network.lab())));
        Optional<Nat> other = network.nat().filter(wanted -> !old.hasSameAddresses(wanted));
        if (other.isPresent() && used) {
            Nat wanted = other.get();
            throw new MachineFailed(
                    network.name(),
                    "the lab's network is %s/%d and machines use it; the settings now say %s/%d"
                            .formatted(
                                    old.gateway(), old.prefix(), wanted.gateway(), wanted.prefix()),
                    "Run 'kubelab vm-teardown' first, or go back to the old lab_network_cidr or multus_ipam_subnet.");
        }
    }
}
