package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import io.kubelab.world.FakeHost.Unit;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** dpkg, apt and systemd, as far as kubelab uses them. */
final class DebianPrograms {
    static final Map<String, Program> PROGRAMS = programs();

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm:ss.SSSSSS 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private DebianPrograms() {}

    private static Map<String, Program> programs() {
        var programs = new HashMap<String, Program>();
        programs.put("dpkg-query", DebianPrograms::dpkgQuery);
        programs.put("dpkg", DebianPrograms::dpkg);
        programs.put("apt-get", DebianPrograms::aptGet);
        programs.put("apt-mark", DebianPrograms::aptMark);
        programs.put("systemctl", DebianPrograms::systemctl);
        programs.put("systemd-detect-virt", (_, _) -> new CommandResult(1, "none\n", ""));
        return programs;
    }

    /** Knows the two formats that kubelab asks for. */
    private static CommandResult dpkgQuery(FakeHost host, Program.Call call) {
        if (call.option("--showformat")
                .equals("${Package} ${Version} ${db:Status-Want} ${db:Status-Status}\\n")) {
            return prints(
                    call.operands().stream()
                            .flatMap(name ->
                                    host
                                            .version(name)
                                            .map(version ->
                                                    "%s %s %s installed\n"
                                                            .formatted(
                                                                    name,
                                                                    version,
                                                                    host.held().contains(name)
                                                                            ? "hold"
                                                                            : "install"))
                                            .stream())
                            .collect(Collectors.joining()));
        }
        if (!call.option("--showformat").equals("${binary:Package} ${db:Status-Status}\\n")) {
            throw host.unmodelled("dpkg-query", call);
        }
        var out = new StringBuilder();
        var err = new StringBuilder();
        for (String name : call.operands()) {
            if (host.packages().contains(name)) {
                out.append(name).append(" installed\n");
            } else {
                err.append("dpkg-query: no packages found matching ").append(name).append('\n');
            }
        }
        return new CommandResult(err.isEmpty() ? 0 : 1, out.toString(), err.toString());
    }

    /** Nothing is ever left half installed here. */
    private static CommandResult dpkg(FakeHost host, Program.Call call) {
        if (!call.operands().isEmpty() || !call.has("--configure")) {
            throw host.unmodelled("dpkg", call);
        }
        return prints("");
    }

    private static CommandResult aptGet(FakeHost host, Program.Call call) {
        List<String> operands =
                call.operands().stream().filter(o -> !o.matches("(?i)dpkg::.*")).toList();
        List<String> names = operands.subList(1, operands.size());
        switch (operands.getFirst()) {
            case "update" -> {}
            case "install" -> {
                if (names.contains("kubelet=1.37.2-*")) {
                    KubernetesRepository.install(host, "1.37.2-1.1");
                    return prints("");
                }
                names.forEach(name -> {
                    host.packages().add(name);
                    host.tick("install " + name);
                });
            }
            case "purge" -> KubernetesRepository.purge(host, names);
            default -> throw host.unmodelled("apt-get", call);
        }
        return prints("");
    }

    private static CommandResult aptMark(FakeHost host, Program.Call call) {
        if (!call.operands().getFirst().equals("hold")) {
            throw host.unmodelled("apt-mark", call);
        }
        call.operands().stream().skip(1).forEach(host.held()::add);
        host.tick("hold");
        return prints("");
    }

    static CommandResult systemctl(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        String verb = operands.getFirst();
        if ("daemon-reload".equals(verb)) {
            host.tick("daemon-reload");
            return prints("");
        }
        if ("is-system-running".equals(verb)) {
            return host.at("/run/systemd/system").isPresent()
                    ? prints("running\n")
                    : fails(1, "System has not been booted with systemd as init system\n");
        }
        if ("show".equals(verb)) {
            return prints(
                    operands.stream()
                            .skip(1)
                            .map(unit -> shown(unit, host.unit(unit)))
                            .collect(Collectors.joining("\n")));
        }
        String name = operands.getLast();
        Unit unit = host.unit(name);
        if (unit.atBoot().isEmpty()) {
            return fails(5, "Unit %s.service not found.\n".formatted(name));
        }
        host.unit(
                name,
                switch (verb) {
                    case "start", "restart" ->
                            new Unit("active", unit.atBoot(), false, Optional.of(host.now()));
                    case "stop" -> new Unit("inactive", unit.atBoot(), false, Optional.empty());
                    case "enable", "disable" ->
                            new Unit(unit.active(), verb + "d", false, unit.started());
                    default -> throw host.unmodelled("systemctl", call);
                });
        return prints("");
    }

    /** A paragraph of {@code systemctl show}. */
    private static String shown(String name, Unit unit) {
        return """
        Names=%s
        LoadState=%s
        ActiveState=%s
        UnitFileState=%s
        NeedDaemonReload=%s
        ExecMainStartTimestamp=%s
        """
                .formatted(
                        name.contains(".") ? name : name + ".service",
                        unit.atBoot().isEmpty() ? "not-found" : "loaded",
                        unit.active(),
                        unit.atBoot(),
                        unit.reloadNeeded() ? "yes" : "no",
                        unit.started().map(TIMESTAMP::format).orElse("n/a"));
    }
}
