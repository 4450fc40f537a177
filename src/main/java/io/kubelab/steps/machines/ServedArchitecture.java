package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.MachineArchitecture;

/**
 * A virthost that runs what is built for it. Container nodes share its processor, so the setting
 * {@code architecture} has to name that.
 *
 * <pre>{@code
 * - served_architecture
 * }</pre>
 */
public record ServedArchitecture() implements Requirement {
    @Override
    public String title() {
        return "the virthost runs what is built for it";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        String built = target.settings().bundle().architecture();
        String runs = target.ask(new MachineArchitecture());
        if (runs.equals(built)) {
            return Diff.inOrder("it runs " + built);
        }
        throw new InvalidInput(
                "architecture",
                "%s is a machine of architecture %s, and programs are built for %s; set it in the inventory or with -e architecture=%s"
                        .formatted(target.place(), runs, built, runs));
    }
}
