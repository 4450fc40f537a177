package io.kubelab.steps.general;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ModifiedAt;
import io.kubelab.steps.facts.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A service of systemd. It is restarted when a file that it reads is newer than its process, so
 * that no play needs to remember what it changed.
 *
 * <pre>{@code
 * - service: { name: containerd, reads: [/etc/containerd/config.toml] }
 * - service: { name: apt-daily.timer, state: stopped, boot: disabled }
 * }</pre>
 *
 * @param name of the unit
 * @param state {@code running} if left out
 * @param boot {@code enabled} for a running service if left out, {@code disabled} for a stopped one
 * @param reads files that it reads only when it starts
 */
public record Service(String name, Optional<State> state, Optional<Boot> boot, List<String> reads)
        implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Of systemctl's words for a unit file; static ones are started by others. */
    private static final Set<String> STARTS_BY_ITSELF =
            Set.of("enabled", "static", "indirect", "alias", "generated");

    public enum State {
        RUNNING,
        STOPPED
    }

    public enum Boot {
        ENABLED,
        DISABLED
    }

    public static Service running(String name, List<String> reads) {
        return new Service(name, Optional.empty(), Optional.empty(), reads);
    }

    /** Starts it anew, for a step that knows why. */
    public Change restart() {
        return systemctl(List.of("restart", name));
    }

    @Override
    public String title() {
        return "the service "
                + name
                + (state.orElse(State.RUNNING) == State.RUNNING ? " is running" : " is stopped");
    }

    @Override
    public Diff diff(Target target) {
        ServiceState.Found found = target.ask(new ServiceState(name));
        var changes = new ArrayList<Change>();
        Optional<String> verb =
                state.orElse(State.RUNNING) == State.RUNNING ? start(found, target) : stop(found);
        if (found.reloadNeeded()) {
            changes.add(systemctl(List.of("daemon-reload")));
        }
        boot(found).ifPresent(b -> changes.add(systemctl(List.of(b, name))));
        verb.ifPresent(v -> changes.add(systemctl(List.of(v, name))));
        return Diff.of(changes, "it is " + found.active() + " and " + found.atBoot());
    }

    private Optional<String> start(ServiceState.Found found, Target target) {
        if (!"active".equals(found.active()) && !"activating".equals(found.active())) {
            return Optional.of("restart");
        }
        return readBefore(found.started(), target) || found.reloadNeeded()
                ? Optional.of("restart")
                : Optional.empty();
    }

    private static Optional<String> stop(ServiceState.Found found) {
        return List.of("inactive", "failed", "").contains(found.active())
                ? Optional.empty()
                : Optional.of("stop");
    }

    private Optional<String> boot(ServiceState.Found found) {
        Boot usual = state.orElse(State.RUNNING) == State.RUNNING ? Boot.ENABLED : Boot.DISABLED;
        return switch (boot.orElse(usual)) {
            case ENABLED ->
                    STARTS_BY_ITSELF.contains(found.atBoot())
                            ? Optional.empty()
                            : Optional.of("enable");
            case DISABLED ->
                    "enabled".equals(found.atBoot()) ? Optional.of("disable") : Optional.empty();
        };
    }

    /** Whether a file that it reads was written after it began. */
    private boolean readBefore(Optional<Instant> started, Target target) {
        return started.isPresent()
                && reads.stream()
                        .map(path -> target.ask(new ModifiedAt(path)))
                        .flatMap(Optional::stream)
                        .anyMatch(written -> written.isAfter(started.orElseThrow()));
    }

    private Change systemctl(List<String> arguments) {
        var argv = new ArrayList<>(List.of("systemctl"));
        argv.addAll(arguments);
        return new Change.Run(
                Command.of(argv), LIMIT, "Run 'journalctl -u %s' on the host.".formatted(name));
    }
}
