package io.kubelab.cli;

import io.kubelab.lab.LoadedLab;
import io.kubelab.playbook.Playbook;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads everything and touches nothing. */
record ValidateCommand() implements Subcommand {
    @Override
    public String name() {
        return "validate";
    }

    @Override
    public String summary() {
        return "Read inventory, settings and playbooks, and tell everything that is wrong.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .paramLabel("PLAYBOOK")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("Files, or names in playbooks-equivalent/; else all of them.")
                        .build());
        LabOptions.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab loaded = files.labAloud();
        List<String> asked = invocation.positionals();
        List<Path> wanted =
                asked.isEmpty() ? files.all() : asked.stream().map(files::find).toList();
        List<Playbook> playbooks = files.playbooks(wanted, loaded);
        invocation
                .streams()
                .out()
                .printf(
                        "ok: lab '%s', %d hosts, %d playbooks%n",
                        loaded.lab().tag().name(), loaded.hosts().size(), playbooks.size());
        return ExitCode.OK.status();
    }
}
