package io.kubelab.steps.machines;

import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.Optional;

/**
 * The lab's second network on the virthost ({@code network_type: 2nics}), which only its machines
 * are in: libvirt has started it, and its bridge is up.
 *
 * <pre>{@code
 * - isolated_network
 * }</pre>
 */
public record IsolatedNetwork() implements Step {
    @Override
    public String title() {
        return "the lab has a second network";
    }

    @Override
    public Diff diff(Target target) {
        NetworkSpec wanted =
                SecondNetwork.of(target.lab().tag(), target.settings())
                        .orElseThrow(
                                () -> new IllegalArgumentException("network_type is not 2nics"))
                        .networkSpec(target.lab().tag());
        target.askTogether(new LibvirtListening(target), NetworkState.ofHost());
        Optional<Network> found = Hypervisor.network(target, wanted.name());
        if (found.flatMap(Network::asked).filter(wanted::equals).isEmpty()) {
            return Diff.needs(new Change.DefineNetwork(wanted));
        }
        if (!found.orElseThrow().active()) {
            return Diff.needs(new Change.StartNetwork(wanted.name()));
        }
        Optional<NetworkState.Link> bridge =
                target.ask(NetworkState.ofHost()).link(wanted.bridge());
        if (bridge.isEmpty()) {
            // libvirt calls it active all the same
            return Diff.needs(
                    new Change.RemoveNetwork(wanted.name()), new Change.DefineNetwork(wanted));
        }
        if (!bridge.get().up()) {
            return Diff.needs(
                    new Change.Run(
                            NetworkState.ofHost().ip("link", "set", "dev", wanted.bridge(), "up"),
                            Duration.ofSeconds(10),
                            "kubelab has to be root on the virthost."));
        }
        return Diff.inOrder("%s is on %s".formatted(wanted.name(), wanted.bridge()));
    }
}
