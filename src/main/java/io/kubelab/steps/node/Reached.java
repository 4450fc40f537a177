package io.kubelab.steps.node;

import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.RouteTo;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;

/** Whether a host that was there before the lab gets to what a node needs, asked on that host. */
final class Reached {
    private static final String SECONDS = "5";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Reached() {}

    /**
     * It is waited for for a moment only; a preview can't wait for what isn't made yet.
     *
     * @param what for people
     */
    static Diff of(Target target, String what, String address, int port) {
        String place = address + ":" + port;
        if (target.ask(new RouteTo(address)).isEmpty()) {
            return awaited(
                    target, "a route of %s to %s at %s".formatted(target.host(), what, place));
        }
        return target.ask(answers(address, port))
                ? Diff.inOrder("%s answers at %s".formatted(what, place))
                : awaited(target, "%s to answer %s at %s".formatted(what, target.host(), place));
    }

    private static Diff awaited(Target target, String what) {
        return new Diff.Pending(
                what, PATIENCE, new Diff.Wake.Every(Duration.ofSeconds(1)), way(target));
    }

    /** bash(1) opens the connection: nothing else is on every host. */
    static Succeeds answers(String address, int port) {
        return new Succeeds(
                Command.of(
                        "timeout",
                        SECONDS,
                        "bash",
                        "-c",
                        ": < /dev/tcp/%s/%d".formatted(address, port)));
    }

    private static String way(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        return plan.onLan()
                ? "The machines are on the LAN %s: the host needs a way there that no firewall closes."
                        .formatted(plan.subnet())
                : "The machines' network %s is behind the virthost, and nobody gets in from outside; put them on the virthost's LAN (bridge_networking: true), or the host into their network."
                        .formatted(plan.subnet());
    }
}
