package io.kubelab.cli;

import io.kubelab.adapter.console.Broadcast;
import io.kubelab.adapter.console.DataPrinter.Format;
import io.kubelab.adapter.console.FailureText;
import io.kubelab.adapter.console.JsonLines;
import io.kubelab.adapter.console.RunLog;
import io.kubelab.adapter.console.RunView;
import io.kubelab.adapter.console.Signals;
import io.kubelab.adapter.console.Verbosity;
import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Clock;
import io.kubelab.engine.Plan;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.Runner;
import io.kubelab.failure.Unreachable;
import io.kubelab.lab.LoadedLab;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.playbook.Playbook;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Content;
import io.kubelab.step.Lab;
import io.kubelab.steps.machines.MachineAddress;
import io.kubelab.steps.machines.MachineDefined;
import io.kubelab.steps.machines.VirthostPlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What every command does that runs a playbook, and the options that they all have. */
final class PlaybookRun {
    private static final String ADOPT = "--adopt";
    private static final String PREVIEW = "--preview";

    private final Invocation invocation;
    private final LabFiles files;
    private final LoadedLab loaded;
    private final Path file;
    private final Playbook playbook;
    private final Memory memory;
    private final Cancellation cancellation = new Cancellation();

    /** What becomes of the files that the lab was made from. */
    enum Memory {
        /** Commands without arguments mean this lab from the first change on. */
        REMEMBERS,
        /** They mean what they meant, unless the playbook makes machines, which are a lab's. */
        LEAVES,
        /** The lab is removed, and with --adopt even one that is not known here. */
        FORGETS
    }

    PlaybookRun(Invocation invocation, LabFiles files, LoadedLab loaded, Path file, Memory memory) {
        this.invocation = invocation;
        this.files = files;
        this.loaded = loaded;
        this.file = file;
        this.playbook = files.playbook(file, loaded);
        this.memory =
                memory == Memory.LEAVES && playbook.has(MachineDefined.class)
                        ? Memory.REMEMBERS
                        : memory;
    }

    static void describe(CommandSpec command, Memory memory) {
        if (memory == Memory.FORGETS) {
            command.addOption(
                    OptionSpec.builder(ADOPT)
                            .description(
                                    "Remove the virthost's lab of this name even if somebody else"
                                            + " made it, or this workstation has forgotten it.")
                            .build());
        }
        LabOptions.describe(command);
        command.addOption(
                OptionSpec.builder(PREVIEW, "-C", "--check")
                        .description("Tell what would be done, and do nothing.")
                        .build());
        SudoPassword.describe(command);
        Options.output(command);
    }

    static Mode mode(Invocation invocation) {
        return invocation.has(PREVIEW) ? Mode.PREVIEW : Mode.APPLY;
    }

    int run() {
        return run(_ -> {});
    }

    /**
     * @param afterwards what a complete run that isn't a preview ends with
     */
    int run(Consumer<Adapters> afterwards) {
        Optional<Content.Secret> password = invocation.sudoPassword();
        Mode mode = mode(invocation);
        Signals.on("INT", this::interrupted);
        try (var view = new RunView(invocation.terminal(), invocation.verbosity());
                var adapters =
                        new Adapters(
                                loaded.lab(),
                                invocation.workplace(),
                                new TerminalQuestions(view::aside),
                                password,
                                // nothing is started, so that nothing is about to boot
                                mode == Mode.PREVIEW ? Machines.BOOTED : Machines.BOOTING);
                var _ = locks(adapters)) {
            Lab lab = begin(adapters.ports().connections());
            Optional<RunLog> log = mode == Mode.APPLY ? log() : Optional.empty();
            RunOutcome outcome = run(lab, adapters, reporter(view, log));
            trace(outcome);
            log.ifPresent(l -> end(l, outcome));
            if (outcome.ending() == RunOutcome.Ending.COMPLETE && mode == Mode.APPLY) {
                afterwards.accept(adapters);
            }
            return code(outcome).status();
        }
    }

    /**
     * Everything that is made of a machine's address is known when a lab is read. Where a DHCP
     * server gives them, they are found first, and the lab is read again with them.
     */
    private RunOutcome run(Lab lab, Adapters adapters, Reporter reporter) {
        Mode mode = mode(invocation);
        Playbook first = playbook.upTo(MachineAddress.class);
        if (mode == Mode.PREVIEW
                || memory == Memory.FORGETS
                || !lab.settings().network().asksDhcp()
                || first.plays().isEmpty()
                || (memory == Memory.LEAVES && !files.isRemembered(loaded))) {
            return runner(lab, adapters, reporter).run(playbook, mode, this::remember);
        }
        var joined = new JoinedRuns(reporter, Plan.of(playbook).hosts());
        RunOutcome found = runner(lab, adapters, joined).run(first, mode, this::remember);
        if (found.ending() != RunOutcome.Ending.COMPLETE) {
            return found;
        }
        LoadedLab again = files.lab();
        adapters.moved(again.lab());
        Playbook rest = files.playbook(file, again).withoutPreflights();
        return runner(again.lab(), adapters, joined).run(rest, mode);
    }

    private Runner runner(Lab lab, Adapters adapters, Reporter reporter) {
        return new Runner(adapters.ports(), lab, reporter, Clock.system(), cancellation);
    }

    /** A preview disturbs nobody. */
    private @Nullable LabLocks locks(Adapters adapters) {
        if (mode(invocation) == Mode.PREVIEW) {
            return null;
        }
        try {
            return new LabLocks(
                    adapters.ports().connections(),
                    loaded.lab(),
                    playbook,
                    LabLocks.holder(invocation.workplace(), playbook.name()));
        } catch (Unreachable e) {
            tellWhatElseIsWrong(adapters);
            throw e;
        }
    }

    /** Where the virthost can't be asked: so that all can be mended before the next attempt. */
    private void tellWhatElseIsWrong(Adapters adapters) {
        Playbook others = playbook.preflightsWithout(loaded.lab().inventory().virthosts());
        new Runner(adapters.ports(), loaded.lab(), _ -> {}, Clock.system(), cancellation)
                .run(others, Mode.PREVIEW).failures().stream()
                        .flatMap(
                                f -> FailureText.lines(f, invocation.terminal().painter()).stream())
                        .forEach(invocation.streams().err()::println);
    }

    private Lab begin(Connections connections) {
        if (memory == Memory.FORGETS && invocation.has(ADOPT)) {
            return adopted(connections);
        }
        if (mode(invocation) == Mode.APPLY) {
            files.refuseStale(loaded);
        }
        return loaded.lab();
    }

    /** What preflights refuse was never there. */
    private void remember() {
        if (memory == Memory.REMEMBERS) {
            files.remember(loaded);
        }
    }

    /** The lab as the one that a virthost has, the first that has one. */
    private Lab adopted(Connections connections) {
        Lab lab = loaded.lab();
        var question =
                new Limited(
                        Command.of("cat", VirthostPlaces.of(lab).uuid()), Duration.ofSeconds(10));
        return lab.inventory().virthosts().stream()
                .map(virthost -> connections.to(virthost).ask(List.of(question)).getFirst())
                .filter(CommandResult::ok)
                .findFirst()
                .map(answer ->
                        new Lab(
                                new LabTag(lab.tag().name(), UUID.fromString(answer.out().strip())),
                                lab.inventory(),
                                lab.settingsByHost(),
                                lab.places()))
                .orElse(lab);
    }

    private Reporter reporter(RunView view, Optional<RunLog> log) {
        var all = new ArrayList<Reporter>();
        all.add(view);
        log.ifPresent(all::add);
        if (invocation.format() == Format.JSON) {
            all.add(new JsonLines(invocation.streams().out(), InstantSource.system()));
        }
        return new Broadcast(List.copyOf(all));
    }

    /** A run goes on without one. */
    private Optional<RunLog> log() {
        try {
            return Optional.of(
                    RunLog.begin(
                            invocation.workplace().logs(loaded.lab().tag().name()),
                            playbook.name(),
                            InstantSource.system()));
        } catch (IOException e) {
            invocation.streams().err().println("warning: no log of this run is kept: " + e);
            return Optional.empty();
        }
    }

    private void end(RunLog log, RunOutcome outcome) {
        outcome.defects().forEach(log::defect);
        log.close();
        if (outcome.ending() != RunOutcome.Ending.COMPLETE) {
            invocation.streams().err().println("log: " + log.file());
        }
    }

    /** Where defects come from, for a report. */
    private void trace(RunOutcome outcome) {
        if (invocation.verbosity() == Verbosity.VERBOSE) {
            outcome.defects().forEach(d -> d.printStackTrace(invocation.streams().err()));
        }
    }

    private void interrupted() {
        switch (cancellation.request()) {
            case RUNNING -> {}
            case STOPPING ->
                    invocation
                            .streams()
                            .err()
                            .println(
                                    "stopping: what has been begun is finished; press Ctrl-C again"
                                            + " to leave at once");
            case LEAVING ->
                    invocation
                            .streams()
                            .err()
                            .println("leaving: what still runs on hosts is found there next time");
        }
    }

    static ExitCode code(RunOutcome outcome) {
        if (!outcome.defects().isEmpty()) {
            return ExitCode.DEFECT;
        }
        return switch (outcome.ending()) {
            case COMPLETE -> ExitCode.OK;
            case STOPPED -> ExitCode.STOPPED;
            case FAILED -> ExitCode.of(outcome.failures().getFirst());
        };
    }
}
