package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter;
import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.settings.Origin;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Prints each setting's value, and where it came from. */
record SettingsCommand() implements Subcommand {
    @Override
    public String name() {
        return "settings";
    }

    @Override
    public String summary() {
        return "Print every setting of the lab, and where its value came from.";
    }

    @Override
    public void describe(CommandSpec command) {
        LabOptions.describe(command);
        Options.output(command);
    }

    @Override
    public int run(Invocation invocation) {
        List<Origin> origins = new LabFiles(invocation).labAloud().origins();
        new DataPrinter(invocation.streams().out(), invocation.format())
                .print(
                        new Table(
                                List.of("SETTING", "VALUE", "ORIGIN"),
                                origins.stream()
                                        .map(o -> List.of(o.key(), o.value(), o.place()))
                                        .toList()));
        return ExitCode.OK.status();
    }
}
