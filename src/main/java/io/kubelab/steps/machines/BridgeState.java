package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Arrays;
import java.util.Locale;

/**
 * How far the virthost is with a bridge that kubelab makes ({@code
 * templates/virthost/lan-bridge.sh}).
 *
 * @param program its path
 */
record BridgeState(String program, String bridge) implements Fact.OfHost<BridgeState.Stage> {
    enum Stage {
        /** It isn't ours. */
        NONE,
        /** Addresses are on their way to it. */
        SWITCHING,
        /** They are there; all is undone soon if nobody confirms that the virthost is reachable. */
        WAITING,
        /** A boot would undo it. */
        CONFIRMED,
        /** It is there, after a boot as well. */
        KEPT,
        /** Who switched was killed half-way. */
        ABANDONED,
        /** The interface is as it was. */
        UNDONE
    }

    @Override
    public Command command() {
        return Command.of(program, bridge, "state");
    }

    /** Its first line; without the program there is no bridge of ours. */
    @Override
    public Stage parse(CommandResult result) {
        String word = result.out().lines().findFirst().orElse("").toUpperCase(Locale.ROOT);
        return Arrays.stream(Stage.values())
                .filter(stage -> stage.name().equals(word))
                .findFirst()
                .orElse(Stage.NONE);
    }
}
