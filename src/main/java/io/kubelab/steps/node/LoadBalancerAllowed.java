package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.SelinuxMode;
import java.time.Duration;

/**
 * Where SELinux is on, it lets haproxy listen at API servers' port and connect to it: by itself it
 * knows only ports of web servers.
 *
 * <pre>{@code
 * - load_balancer_allowed
 * }</pre>
 */
public record LoadBalancerAllowed() implements Step {
    /** Of the policy (haproxy_selinux(8)). */
    private static final String BOOLEAN = "haproxy_connect_any";

    /** Whether it is on (getsebool(8)). */
    record Allowed() implements Fact.OfHost<Boolean> {
        @Override
        public Command command() {
            return Command.of("getsebool", BOOLEAN);
        }

        @Override
        public Boolean parse(CommandResult result) {
            return result.out().strip().endsWith("--> on");
        }
    }

    @Override
    public String title() {
        return "SELinux lets haproxy have API servers' port";
    }

    @Override
    public Diff diff(Target target) {
        if (!SelinuxMode.labels(target)) {
            return Diff.inOrder("there is no SELinux");
        }
        return target.ask(new Allowed())
                ? Diff.inOrder(BOOLEAN + " is on")
                : Diff.needs(
                        new Change.Run(
                                Command.of("setsebool", "-P", BOOLEAN, "on"),
                                Duration.ofMinutes(2),
                                "Run the same setsebool on the machine to see why."));
    }
}
