package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A unit as systemd sees it (systemctl(1) {@code show}, systemd 248 or newer).
 *
 * @param unit with or without {@code .service}
 */
public record ServiceState(String unit) implements Fact.Joint<ServiceState.Found, ServiceState> {
    private static final String PROPERTIES =
            "LoadState,ActiveState,UnitFileState,NeedDaemonReload,ExecMainStartTimestamp";

    private static final String NAMES = "Names=";

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
        return show(PROPERTIES, List.of(this));
    }

    @Override
    public List<Command> together(List<ServiceState> all) {
        return List.of(show("Names," + PROPERTIES, all));
    }

    /** Each unit has a paragraph, with all of its names. */
    @Override
    public CommandResult part(List<CommandResult> ofAll) {
        String name = unit.contains(".") ? unit : unit + ".service";
        return Stream.of(ofAll.getFirst().out().split("\n\n"))
                .filter(paragraph ->
                        paragraph
                                .lines()
                                .filter(line -> line.startsWith(NAMES))
                                .flatMap(line ->
                                        Stream.of(line.substring(NAMES.length()).split(" ")))
                                .anyMatch(name::equals))
                .findFirst()
                .map(paragraph -> new CommandResult(0, paragraph, ""))
                .orElse(new CommandResult(1, "", ofAll.getFirst().err()));
    }

    private static Command show(String properties, List<ServiceState> all) {
        var argv =
                new ArrayList<>(
                        List.of(
                                "systemctl",
                                "show",
                                "--timestamp=us+utc",
                                "--property=" + properties));
        all.forEach(state -> argv.add(state.unit()));
        return Command.of(argv).withEnvironment(Map.of("LC_ALL", "C"));
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
