package io.kubelab.steps.bundle;

import io.kubelab.failure.MachineFailed;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.Succeeds;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lab's registry (CNCF distribution) runs on the virthost and listens on the virthost's address
 * in the lab's network. Program and configuration lie under names with their digests, so that a
 * process' arguments tell whether it is the wanted one.
 *
 * <pre>{@code
 * - registry
 * }</pre>
 */
public record Registry() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the templates see. */
    record Model(String lab, String data, String address, String program, String config) {}

    @Override
    public String title() {
        return "the lab's registry is running";
    }

    @Override
    public Diff diff(Target target) {
        RegistryPlace place = RegistryPlace.of(target);
        Content.Artifact program = Artifacts.of(target).registry();
        String path = "%s/bin/%s/registry".formatted(place.images(), program.sha256());
        Model model = new Model(place.lab(), place.data(), place.address(), path, "");
        var configuration =
                new Content.Text(target.templates().render("registry/config.yml", model));
        String config =
                "%s/registry-%.16s.yml".formatted(place.directory(), configuration.sha256());
        Model unit = new Model(place.lab(), place.data(), place.address(), path, config);

        Set<String> processes = target.ask(new ProcessArguments());
        Set<String> listening = target.ask(new ListeningSockets());
        boolean systemd = target.ask(new Succeeds(RegistryPlace.SYSTEMD));
        var changes = new ArrayList<Change>();
        if (!target.ask(new Succeeds(Command.of("test", "-x", path)))) {
            changes.add(new Change.PutFile(path, program, FileAttributes.PROGRAM));
        }
        changes.addAll(
                new WantedFile(config, configuration, FileAttributes.PUBLIC).changes(target));
        if (systemd) {
            changes.addAll(
                    WantedFile.rendered(target, place.unitFile(), "registry/registry.service", unit)
                            .changes(target));
        }
        if (!processes.contains(path + " serve " + config)) {
            refuseTaken(target, place);
            changes.add(systemd ? restart(place) : start(place, path, config));
        }
        return changes.isEmpty() && !listening.contains(place.address())
                ? listens(place)
                : Diff.of(changes, "it listens on " + place.address());
    }

    private static void refuseTaken(Target target, RegistryPlace place) {
        if (FreePorts.isTaken(target, place)) {
            throw new MachineFailed(
                    target.place().name(),
                    "another program listens on " + place.address(),
                    "End it, or give the setting registry_port another value.");
        }
    }

    private static Diff listens(RegistryPlace place) {
        return new Diff.Pending(
                "the registry to listen on " + place.address(),
                PATIENCE,
                new Diff.Wake.Every(Duration.ofMillis(100)),
                remedy(place));
    }

    private static Change restart(RegistryPlace place) {
        return new Change.Run(
                Command.of("systemctl", "daemon-reload")
                        .then(Command.of("systemctl", "enable", place.unit()))
                        .then(Command.of("systemctl", "restart", place.unit())),
                LIMIT,
                remedy(place));
    }

    private static Change start(RegistryPlace place, String program, String config) {
        return new Change.Run(
                place.stop()
                        .then(
                                Command.of(
                                        List.of(
                                                "start-stop-daemon",
                                                "--start",
                                                "--background",
                                                "--make-pidfile",
                                                "--pidfile=" + place.pidfile(),
                                                "--output=" + place.log(),
                                                "--startas=" + program,
                                                "--",
                                                "serve",
                                                config)))
                        .withEnvironment(Map.of("OTEL_TRACES_EXPORTER", "none")),
                LIMIT,
                remedy(place));
    }

    private static String remedy(RegistryPlace place) {
        return "Look at %s or, where there is systemd, at 'journalctl -u %s' on the virthost."
                .formatted(place.log(), place.unit());
    }
}
