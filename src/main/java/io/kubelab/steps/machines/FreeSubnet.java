package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.Routes;

/**
 * A subnet for the lab's network that the virthost uses for nothing else. It is the user who has to
 * choose another one, so this comes first.
 *
 * <pre>{@code
 * - free_subnet
 * }</pre>
 */
public record FreeSubnet() implements Requirement {
    @Override
    public String title() {
        return "the lab's subnet is free on the virthost";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        if (plan.onLan()) {
            return Diff.inOrder("machines are on the virthost's LAN");
        }
        for (Routes.Route route : target.ask(new Routes())) {
            if (!route.device().equals(plan.bridge())
                    && route.destination().overlaps(plan.subnet())) {
                throw new InvalidInput(
                        "lab_network_cidr",
                        "%s is not free on %s: it has a route to %s through %s; choose another network for the lab with lab_network_cidr and multus_ipam_*"
                                .formatted(
                                        plan.subnet(),
                                        target.place(),
                                        route.destination(),
                                        route.device()));
            }
        }
        return Diff.inOrder("nothing but the lab's bridge leads to " + plan.subnet());
    }
}
