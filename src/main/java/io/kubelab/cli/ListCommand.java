package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter;
import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.lab.Inputs;
import io.kubelab.lab.LabMemory;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Lists the labs that this workstation remembers; asks no host. */
record ListCommand() implements Subcommand {
    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "List the labs that were set up from this workstation.";
    }

    @Override
    public void describe(CommandSpec command) {
        Options.output(command);
        Options.verbose(command);
    }

    @Override
    public int run(Invocation invocation) {
        var memory = new LabMemory(new SnakeDocuments(), invocation.workplace().state());
        List<String> labs = memory.labs();
        new DataPrinter(invocation.streams().out(), invocation.format())
                .print(
                        new Table(
                                List.of("LAB", "MADE FROM", "LAST LOG"),
                                labs.stream()
                                        .map(lab ->
                                                List.of(
                                                        lab,
                                                        memory.recall(lab)
                                                                .map(LabMemory.Remembered::inputs)
                                                                .map(Inputs::shown)
                                                                .orElse(""),
                                                        invocation
                                                                .workplace()
                                                                .lastLog(lab)
                                                                .map(Path::toString)
                                                                .orElse("")))
                                        .toList()));
        if (labs.isEmpty()) {
            invocation.streams().err().println("no lab has been set up from here");
        }
        return ExitCode.OK.status();
    }
}
