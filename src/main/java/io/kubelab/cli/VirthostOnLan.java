package io.kubelab.cli;

import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.settings.Address;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.steps.facts.NetworkState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The virthost's own address on the machines' LAN, where {@code bridge_virthost_address} is {@code
 * auto} and no range of addresses is the lab's.
 */
final class VirthostOnLan {
    private VirthostOnLan() {}

    /** Empty if it has none there, which {@code lan_at_hand} tells with all that is wrong. */
    static Optional<Address> of(NetworkSettings network, Connection connection) {
        NetworkState state = NetworkState.ofHost();
        CommandResult answer =
                connection.ask(List.of(new Limited(state.command(), state.limit()))).getFirst();
        return of(network, state.parse(answer));
    }

    /** The bridge has it once it is made, and before that the interface. */
    static Optional<Address> of(NetworkSettings network, NetworkState.Found found) {
        return Stream.of(network.bridgeNetworkName(), network.bridgePhysicalNic())
                .flatMap(link ->
                        found.addresses().stream()
                                .filter(a -> a.link().equals(link))
                                // a network of one is what kubelab gives a bridge besides
                                .filter(a -> !a.address().endsWith("/32")))
                .map(a -> new Address(a.address().split("/", 2)[0]))
                .filter(network.bridgeNetworkCidr()::contains)
                .findFirst();
    }
}
