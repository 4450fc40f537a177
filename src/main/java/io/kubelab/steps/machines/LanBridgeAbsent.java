package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.Optional;

/**
 * No bridge of kubelab's on the virthost: the interface has again what it had, its files included.
 * A bridge that was there before loses only the lab's address.
 *
 * <pre>{@code
 * - lan_bridge_absent
 * }</pre>
 */
public record LanBridgeAbsent() implements Step {
    private static final Duration SWITCHING = Duration.ofMinutes(3);

    @Override
    public String title() {
        return "the virthost's interface is as it was before the bridge";
    }

    @Override
    public Diff diff(Target target) {
        BridgeState state = LanBridge.state(target);
        target.askTogether(state, NetworkState.ofHost());
        return switch (target.ask(state)) {
            case SWITCHING, WAITING ->
                    new Diff.Pending(
                            "%s to be undone".formatted(state.bridge()),
                            SWITCHING,
                            new Diff.Wake.Every(Duration.ofSeconds(1)),
                            "Nobody confirms it any more; see '%s %s state' on the virthost."
                                    .formatted(state.program(), state.bridge()));
            case CONFIRMED, KEPT, ABANDONED -> {
                Optional<String> need = OtherLabs.need(target);
                yield need.isPresent()
                        ? address(target, state.bridge(), need.get())
                        : Diff.needs(LanBridge.program(target, state), off(state));
            }
            case NONE, UNDONE -> address(target, state.bridge(), "no bridge is ours");
        };
    }

    private static Change off(BridgeState state) {
        return new Change.RunLong(
                "lan-bridge-" + state.bridge(),
                LanBridge.command(state, "off"),
                SWITCHING,
                "The end of its output says what is wrong and what to do.");
    }

    private static Diff address(Target target, String bridge, String why) {
        NetworkSettings network = target.settings().network();
        if (!network.bridgeNetworking()) {
            return Diff.inOrder(why);
        }
        String own =
                AddressPlan.of(target.lab().tag(), target.settings()).virthost().text() + "/32";
        return target.ask(NetworkState.ofHost())
                        .addresses()
                        .contains(new NetworkState.Address(bridge, own))
                ? Diff.needs(
                        new Change.Run(
                                NetworkState.ofHost().ip("address", "delete", own, "dev", bridge),
                                Duration.ofSeconds(10),
                                "kubelab has to be root on the virthost."))
                : Diff.inOrder(why);
    }
}
