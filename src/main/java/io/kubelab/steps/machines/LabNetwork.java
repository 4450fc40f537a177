package io.kubelab.steps.machines;

import io.kubelab.failure.MachineFailed;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * The lab's own NAT network on the virthost.
 *
 * <pre>{@code
 * - lab_network
 * }</pre>
 */
public record LabNetwork() implements Step {
    @Override
    public String title() {
        return "the lab has a network";
    }

    @Override
    public Diff diff(Target target) {
        NetworkSpec wanted =
                AddressPlan.of(target.lab().tag(), target.settings())
                        .networkSpec(target.lab().tag());
        Optional<Network> found = Hypervisor.network(target, wanted.name());
        if (found.flatMap(Network::asked).filter(wanted::equals).isEmpty()) {
            found.flatMap(Network::asked).ifPresent(old -> throwIfInUse(target, old, wanted));
            return Diff.needs(new Change.DefineNetwork(wanted));
        }
        return found.orElseThrow().active()
                ? Diff.inOrder(
                        "%s is %s/%d on %s"
                                .formatted(
                                        wanted.name(),
                                        wanted.gateway(),
                                        wanted.prefix(),
                                        wanted.bridge()))
                : Diff.needs(new Change.StartNetwork(wanted.name()));
    }

    /** Other addresses mean another network, which can't be had under running machines. */
    private static void throwIfInUse(Target target, NetworkSpec old, NetworkSpec wanted) {
        boolean sameAddresses =
                old.gateway().equals(wanted.gateway()) && old.prefix() == wanted.prefix();
        boolean used =
                target.ask(new Hypervisor.Machines()).stream()
                        .anyMatch(m -> m.running() && m.owner().equals(Optional.of(wanted.lab())));
        if (!sameAddresses && used) {
            throw new MachineFailed(
                    wanted.name(),
                    "the lab's network is %s/%d and machines use it; the settings now say %s/%d"
                            .formatted(
                                    old.gateway(), old.prefix(), wanted.gateway(), wanted.prefix()),
                    "Run 'kubelab vm-teardown' first, or go back to the old lab_network_cidr or multus_ipam_subnet.");
        }
    }
}
