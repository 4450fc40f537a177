package io.kubelab.steps.general;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Fact;
import java.time.Duration;
import java.util.List;

/**
 * Whether root's long command on a host left its result there, since the kubelab that began it was
 * killed before it could fetch it (see {@link io.kubelab.remote.Connection#run}). Whoever finds
 * that there is nothing to do any more takes it away.
 *
 * @param identity of the {@link Change.RunLong}
 */
public record LeftResult(String identity) implements Fact.OfHost<Boolean> {
    private static final String RESULTS = "/run/kubelab";

    @Override
    public Command command() {
        return Command.of("test", "-e", path());
    }

    @Override
    public Boolean parse(CommandResult result) {
        return result.ok();
    }

    public List<Change> removal() {
        return List.of(
                new Change.Remove(path()),
                new Change.Run(
                        Command.of("rmdir", RESULTS).regardless(),
                        Duration.ofSeconds(10),
                        "Look at %s on the machine.".formatted(RESULTS)));
    }

    private String path() {
        return RESULTS + "/" + identity;
    }
}
