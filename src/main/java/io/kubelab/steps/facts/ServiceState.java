package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A unit as systemd sees it (systemctl(1) {@code show}, systemd 248 or newer).
 *
 * @param unit with or without {@code .service}
 */
public record ServiceState(String unit) implements Fact.OfHost<ServiceState.Found> {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm:ss.SSSSSS 'UTC'", Locale.ROOT);

    /**
     * @param loaded systemd knows the unit
     * @param active the ActiveState: "active", "inactive", "activating", "failed"
     * @param atBoot the UnitFileState: "enabled", "disabled", "static"; empty: no unit file
     * @param reloadNeeded the unit file on disk is newer than what systemd has read
     * @param started when its main process began
     */
    public record Found(
            boolean loaded,
            String active,
            String atBoot,
            boolean reloadNeeded,
            Optional<Instant> started) {}

    @Override
    public Command command() {
        return Command.of(
                        "systemctl",
                        "show",
                        "--timestamp=us+utc",
                        "--property=LoadState,ActiveState,UnitFileState,NeedDaemonReload,ExecMainStartTimestamp",
                        unit)
                .withEnvironment(Map.of("LC_ALL", "C"));
    }

    @Override
    public Found parse(CommandResult result) {
        Map<String, String> properties =
                result.out()
                        .lines()
                        .map(line -> line.split("=", 2))
                        .filter(pair -> pair.length == 2)
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new Found(
                "loaded".equals(properties.get("LoadState")),
                properties.getOrDefault("ActiveState", ""),
                properties.getOrDefault("UnitFileState", ""),
                "yes".equals(properties.get("NeedDaemonReload")),
                time(properties.getOrDefault("ExecMainStartTimestamp", "")));
    }

    private static Optional<Instant> time(String text) {
        // "Mon 2026-11-23 22:57:03.123456 UTC"; empty or "n/a" if it never ran
        return text.endsWith(" UTC")
                ? Optional.of(LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC))
                : Optional.empty();
    }
}
