package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;

/**
 * The machine lets us in and systemd has started what it starts at boot.
 *
 * <pre>{@code
 * - machine_booted
 * }</pre>
 */
public record MachineBooted() implements Step {
    /** In systemd's word (systemctl(1) {@code is-system-running}); empty: it said nothing. */
    record BootState() implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of("systemctl", "is-system-running");
        }

        @Override
        public String parse(CommandResult result) {
            return result.out().strip();
        }
    }

    @Override
    public String title() {
        return "the machine has booted";
    }

    @Override
    public Diff diff(Target target) {
        String state = target.ask(new BootState());
        return switch (state) {
            case "running" -> Diff.inOrder("systemd is running");
            case "degraded" ->
                    Diff.inOrder("systemd is running; some units failed (systemctl --failed)");
            default ->
                    new Diff.Pending(
                            target.host() + " to boot",
                            Duration.ofMinutes(2),
                            new Diff.Wake.Every(Duration.ofMillis(100)),
                            "Run 'kubelab ssh %s -- systemctl list-jobs' to see what it waits for."
                                    .formatted(target.host()));
        };
    }
}
