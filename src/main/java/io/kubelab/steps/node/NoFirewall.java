package io.kubelab.steps.node;

import io.kubelab.failure.MachineFailed;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ServiceState;

/**
 * No firewall of the machine's image is in the way of pods and of those who ask its API server.
 * None of the images that kubelab knows has one; whoever put one into theirs decides about it.
 *
 * <pre>{@code
 * - no_firewall
 * }</pre>
 */
public record NoFirewall() implements Step {
    private static final String SERVICE = "firewalld";

    @Override
    public String title() {
        return "no firewall of the machine's own is in the way";
    }

    @Override
    public Diff diff(Target target) {
        if (!"active".equals(target.ask(new ServiceState(SERVICE)).active())) {
            return Diff.inOrder("firewalld doesn't run there");
        }
        String machine = target.host().name();
        throw new MachineFailed(
                machine,
                "firewalld runs on it, and would drop what pods and nodes send each other",
                "Stop it, 'kubelab ssh %s -- sudo systemctl disable --now firewalld', or leave it out of the image; what reaches the machines is the virthost's business."
                        .formatted(machine));
    }
}
