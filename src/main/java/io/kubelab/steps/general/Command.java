package io.kubelab.steps.general;

import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that is run as root until its result is there. It says by which sign it can be known
 * that nothing is left to do.
 *
 * <pre>{@code
 * - command: { run: [modprobe, dummy], unless: [test, -d, /sys/module/dummy] }
 * - command: { run: [make, install], directory: /usr/src/x, creates: /usr/local/bin/x }
 * }</pre>
 *
 * @param run the program and its arguments; no shell reads them
 * @param creates a path that is there afterwards
 * @param unless a command that only looks and ends with status 0 when nothing is left to do
 * @param directory working directory
 * @param environment further variables
 * @param minutes the time that it may take; 30 if left out
 */
public record Command(
        List<String> run,
        Optional<String> creates,
        List<String> unless,
        Optional<String> directory,
        Map<String, String> environment,
        Optional<Integer> minutes)
        implements Step {
    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Command {
        run = List.copyOf(run);
        if (run.isEmpty()) {
            throw new IllegalArgumentException("'run' is empty; name a program");
        }
        if (creates.isPresent() != unless.isEmpty()) {
            throw new IllegalArgumentException(
                    "a command carries either 'creates' or 'unless', so that a second run changes nothing");
        }
    }

    @Override
    public String title() {
        return "'" + command().shown() + "' has been run";
    }

    @Override
    public Diff diff(Target target) {
        boolean done =
                creates.map(path ->
                                !(target.ask(new FileState(path))
                                        instanceof FileState.Found.Absent))
                        .orElseGet(() ->
                                target.ask(new Succeeds(io.kubelab.remote.Command.of(unless))));
        return done
                ? Diff.inOrder(
                        creates.map(path -> path + " is there").orElse("nothing is left to do"))
                : Diff.needs(
                        new Change.RunLong(
                                "command-" + new Content.Text(command().script()).sha256(),
                                command(),
                                Duration.ofMinutes(minutes.orElse(30)),
                                "Run it on the host by hand to see what is wrong."));
    }

    private io.kubelab.remote.Command command() {
        return directory
                .map(d -> io.kubelab.remote.Command.of(run).in(d))
                .orElseGet(() -> io.kubelab.remote.Command.of(run))
                .withEnvironment(environment);
    }
}
