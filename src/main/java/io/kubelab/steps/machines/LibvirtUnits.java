package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.ServiceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What systemd did with libvirt's units before kubelab let it start daemons: a line for each, "unit
 * ActiveState UnitFileState" (systemctl(1)).
 */
record LibvirtUnits(List<Unit> units) {
    private static final String FILE = "libvirt-units";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private record Unit(String name, boolean active, boolean atBoot) {
        static Unit of(String name, ServiceState.Found state) {
            return new Unit(
                    name, "active".equals(state.active()), "enabled".equals(state.atBoot()));
        }

        String line() {
            return "%s %s %s%n"
                    .formatted(
                            name, active ? "active" : "inactive", atBoot ? "enabled" : "disabled");
        }

        static Unit read(String line) {
            String[] words = line.split(" ", -1);
            return new Unit(words[0], "active".equals(words[1]), "enabled".equals(words[2]));
        }
    }

    /** As they are remembered; empty: kubelab has started none. */
    static Optional<LibvirtUnits> before(Target target) {
        return target.ask(new FileText(file(target)))
                .map(text -> new LibvirtUnits(text.lines().map(Unit::read).toList()));
    }

    /** Writes down how the units of these daemons are, but for those that are remembered. */
    static Optional<Change> remember(Target target, Stream<String> daemons) {
        var all = new ArrayList<>(before(target).map(LibvirtUnits::units).orElse(List.of()));
        Set<String> known = all.stream().map(Unit::name).collect(Collectors.toSet());
        List<String> names =
                daemons.flatMap(LibvirtUnits::of).filter(name -> !known.contains(name)).toList();
        List<ServiceState.Found> states =
                target.askAll(names.stream().map(ServiceState::new).toList());
        int remembered = all.size();
        for (int i = 0; i < names.size(); i++) {
            if (states.get(i).loaded()) {
                all.add(Unit.of(names.get(i), states.get(i)));
            }
        }
        return all.size() == remembered
                ? Optional.empty()
                : Optional.of(
                        new Change.PutFile(
                                file(target),
                                new Content.Text(
                                        all.stream().map(Unit::line).collect(Collectors.joining())),
                                FileAttributes.PUBLIC));
    }

    private static String file(Target target) {
        return VirthostPlaces.of(target).before(FILE);
    }

    /** Those that a daemon of libvirt's may have. */
    private static Stream<String> of(String daemon) {
        return Stream.of(".service", ".socket", "-ro.socket", "-admin.socket").map(daemon::concat);
    }

    /** What makes them as they were. */
    Optional<Change> restore(Target target) {
        List<ServiceState.Found> states =
                target.askAll(units.stream().map(Unit::name).map(ServiceState::new).toList());
        var disable = new ArrayList<>(List.of("systemctl", "disable"));
        var stop = new ArrayList<>(List.of("systemctl", "stop"));
        for (int i = 0; i < units.size(); i++) {
            Unit before = units.get(i);
            Unit now = Unit.of(before.name(), states.get(i));
            if (now.atBoot() && !before.atBoot()) {
                disable.add(now.name());
            }
            if (now.active() && !before.active()) {
                stop.add(now.name());
            }
        }
        return Stream.of(disable, stop)
                .filter(argv -> argv.size() > 2)
                .map(Command::of)
                .reduce(Command::then)
                .map(command ->
                        new Change.Run(
                                command,
                                LIMIT,
                                "What they were is in %s on the virthost."
                                        .formatted(file(target))));
    }
}
