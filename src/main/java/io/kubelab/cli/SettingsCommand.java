package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter;
import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node;
import io.kubelab.document.SourceFile;
import io.kubelab.settings.Origin;
import io.kubelab.settings.Predecessor;
import io.kubelab.settings.SettingsSchema;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Prints each setting's value, and where it came from. */
record SettingsCommand() implements Subcommand {
    private static final String SCHEMA = "--schema";

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
        command.addOption(
                OptionSpec.builder(SCHEMA)
                        .description(
                                "Print a JSON schema of extra vars instead, for editors: a first"
                                        + " line '# yaml-language-server: $schema=FILE' names it.")
                        .build());
        LabOptions.describe(command);
        Options.output(command);
    }

    @Override
    public int run(Invocation invocation) {
        if (invocation.has(SCHEMA)) {
            invocation.streams().out().println(schema(invocation));
            return ExitCode.OK.status();
        }
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

    private static String schema(Invocation invocation) {
        var documents = new SnakeDocuments();
        Path defaults = LabOptions.request(invocation).defaults();
        return new SettingsSchema(
                        (Node.Mapping) documents.read(defaults).getFirst(),
                        SourceFile.read(defaults).text().lines().toList(),
                        new Predecessor(documents))
                .text();
    }
}
