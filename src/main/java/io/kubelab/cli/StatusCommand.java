package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter;
import io.kubelab.adapter.console.DataPrinter.Section;
import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.adapter.console.FailureText;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Clock;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.Runner;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.lab.LoadedLab;
import io.kubelab.playbook.Playbook;
import io.kubelab.remote.Connections;
import io.kubelab.step.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What there is of the lab, and how it differs from what its files say: what {@code up} would do.
 */
record StatusCommand() implements Subcommand {
    private static final String WHOLE = "up";

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "Show machines, nodes and networks of the lab, and what 'up' would change.";
    }

    @Override
    public void describe(CommandSpec command) {
        LabOptions.describe(command);
        SudoPassword.describe(command);
        Options.output(command);
    }

    @Override
    public Rehearsal rehearsal() {
        return Rehearsal.CLUSTER;
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab loaded = files.standing();
        var differences = new Differences();
        try (var adapters = Adapters.asking(loaded, invocation)) {
            approach(loaded.lab().inventory(), adapters.ports().connections());
            CompletableFuture<LabPicture> picture =
                    CompletableFuture.supplyAsync(
                            () -> LabPicture.of(loaded, adapters.ports()),
                            task -> Thread.ofVirtual().start(task));
            Playbook playbook = files.playbook(files.named(WHOLE), loaded);
            RunOutcome outcome =
                    new Runner(
                                    adapters.ports(),
                                    loaded.lab(),
                                    differences,
                                    Clock.system(),
                                    new Cancellation())
                            .run(playbook, Mode.PREVIEW);
            print(
                    invocation,
                    loaded.lab(),
                    picture.join().sections(loaded, new SnakeDocuments()),
                    differences);
            tell(invocation, outcome, differences);
            ExitCode code = PlaybookRun.code(outcome);
            return (code == ExitCode.OK && !differences.none() ? ExitCode.DIFFERS : code).status();
        }
    }

    /** Logging in takes as long as all questions together. */
    private static void approach(Inventory inventory, Connections connections) {
        for (Host machine : inventory.group(Inventory.MACHINES)) {
            Thread.ofVirtual().start(() -> connections.approach(machine));
        }
    }

    private static void print(
            Invocation invocation, Lab lab, List<Section> picture, Differences differences) {
        var sections = new ArrayList<Section>();
        sections.add(
                new Section(
                        "lab",
                        new Table(
                                List.of("LAB", "VIRTHOST", "UUID", "LAST LOG"),
                                List.of(
                                        List.of(
                                                lab.tag().name(),
                                                lab.inventory().virthosts().stream()
                                                        .map(Host::name)
                                                        .collect(Collectors.joining(", ")),
                                                lab.tag().uuid().toString(),
                                                invocation
                                                        .workplace()
                                                        .lastLog(lab.tag().name())
                                                        .map(Path::toString)
                                                        .orElse(""))))));
        sections.addAll(picture);
        sections.add(new Section("differs", differences.table()));
        new DataPrinter(invocation.streams().out(), invocation.format()).print(sections);
    }

    private static void tell(Invocation invocation, RunOutcome outcome, Differences differences) {
        var err = invocation.streams().err();
        outcome.failures()
                .forEach(failure ->
                        FailureText.lines(failure, invocation.terminal().painter())
                                .forEach(err::println));
        if (differences.none() && outcome.ending() == RunOutcome.Ending.COMPLETE) {
            err.println("nothing differs from what the lab's files say");
        }
        outcome.defects().forEach(defect -> err.println("error: a defect of kubelab: " + defect));
    }
}
