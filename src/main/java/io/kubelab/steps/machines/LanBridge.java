package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.MachineFailed;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LinkConfigurer;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The virthost's interface {@code bridge_physical_nic} is a port of the bridge {@code
 * bridge_network_name}, which has the interface's addresses and routes, and an address of the lab's
 * besides. The virthost moves them by itself and undoes all of it unless it is told that it can
 * still be reached. A bridge that was there before stays as it is.
 *
 * <pre>{@code
 * - lan_bridge
 * }</pre>
 */
public record LanBridge() implements Step {
    private static final Duration MOMENT = Duration.ofSeconds(20);

    /** As long as the virthost takes to give up and to be as before, should it be cut off. */
    private static final Duration SWITCHING = Duration.ofMinutes(4);

    private static final String REMEDY = "The end of its output says what is wrong and what to do.";

    /** What the template sees. */
    private record Model(String store) {}

    @Override
    public String title() {
        return "the virthost has a bridge to its LAN";
    }

    @Override
    public Diff diff(Target target) {
        NetworkSettings network = target.settings().network();
        String nic = network.bridgePhysicalNic();
        String bridge = network.bridgeNetworkName();
        var state = state(target);
        var manager = new LinkConfigurer(nic);
        target.askTogether(state, NetworkState.ofHost(), manager);
        return switch (target.ask(state)) {
            case SWITCHING ->
                    new Diff.Pending(
                            "%s to have the addresses of %s".formatted(bridge, nic),
                            SWITCHING,
                            new Diff.Wake.Every(Duration.ofMillis(500)),
                            "If the virthost stays silent although it should have undone the change by itself, log in at its console: '%s %s state' says how far it is."
                                    .formatted(state.program(), bridge));
            case WAITING, CONFIRMED -> Diff.needs(run(state, "confirm"));
            case UNDONE -> Diff.needs(run(state, "explain"));
            case NONE -> isPort(target, nic, bridge) ? address(target, bridge) : on(target, state);
            case ABANDONED -> on(target, state);
            case KEPT -> {
                if (!isPort(target, nic, bridge)) {
                    throw lost(target);
                }
                yield address(target, bridge);
            }
        };
    }

    private static Diff on(Target target, BridgeState state) {
        String nic = target.settings().network().bridgePhysicalNic();
        String manager =
                target.ask(new LinkConfigurer(nic))
                        .map(LinkConfigurer.Name::toString)
                        .orElseThrow(() -> LanAtHand.unmanaged(target));
        return Diff.needs(program(target, state), run(state, "on", nic, manager));
    }

    /** Somebody took the interface away from the bridge that it was given to. */
    static InvalidInput lost(Target target) {
        BridgeState state = state(target);
        String nic = target.settings().network().bridgePhysicalNic();
        return new InvalidInput(
                "bridge_network_name",
                "%s, which kubelab made on %s, has lost its port %s; '%s' there gives the interface back what it had"
                        .formatted(
                                state.bridge(),
                                target.place(),
                                nic,
                                command(state, "off").shown()));
    }

    static BridgeState state(Target target) {
        return new BridgeState(
                VirthostPlaces.of(target).program("lan-bridge"),
                target.settings().network().bridgeNetworkName());
    }

    static boolean isPort(Target target, String nic, String bridge) {
        return target.ask(NetworkState.ofHost())
                .link(nic)
                .filter(link -> link.master().equals(bridge))
                .isPresent();
    }

    /** Whatever is there of it is of the version that runs now. */
    static Change program(Target target, BridgeState state) {
        var model = new Model(VirthostPlaces.of(target).before("lan-bridge"));
        return new Change.PutFile(
                state.program(),
                new Content.Text(target.templates().render("virthost/lan-bridge.sh", model)),
                FileAttributes.PROGRAM);
    }

    private static Change run(BridgeState state, String... words) {
        return new Change.Run(command(state, words), MOMENT, REMEDY);
    }

    static Command command(BridgeState state, String... words) {
        var argv = new ArrayList<>(List.of(state.program(), state.bridge()));
        argv.addAll(List.of(words));
        return Command.of(argv);
    }

    /** Where the machines find the virthost; a network of one, so that it leads nowhere else. */
    private static Diff address(Target target, String bridge) {
        NetworkState.Found found = target.ask(NetworkState.ofHost());
        if (found.link(bridge).filter(NetworkState.Link::up).isEmpty()) {
            throw new MachineFailed(
                    bridge,
                    "the bridge is down",
                    "Let what made it bring it up: ip link set dev %s up".formatted(bridge));
        }
        if (!target.place().equals(target.lab().inventory().virthost())) {
            return Diff.inOrder("machines are on " + bridge);
        }
        String address = AddressPlan.of(target.lab().tag(), target.settings()).virthost().text();
        return found.addresses().stream().anyMatch(a -> a.address().startsWith(address + "/"))
                ? Diff.inOrder("machines find the virthost at %s on %s".formatted(address, bridge))
                : Diff.needs(
                        new Change.Run(
                                NetworkState.ofHost()
                                        .ip("address", "replace", address + "/32", "dev", bridge),
                                MOMENT,
                                "kubelab has to be root on the virthost."));
    }
}
