package io.kubelab.cli;

import io.kubelab.cli.PlaybookRun.Memory;
import io.kubelab.lab.LoadedLab;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Runs any playbook, a user's own too. */
record PlayCommand() implements Subcommand {
    @Override
    public String name() {
        return "play";
    }

    @Override
    public String summary() {
        return "Run a playbook: a file, or a name in playbooks-equivalent/.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .paramLabel("PLAYBOOK")
                        .arity("1")
                        .required(true)
                        .type(String.class)
                        .description("A file, or a name in playbooks-equivalent/.")
                        .build());
        PlaybookRun.describe(command, Memory.LEAVES);
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        var file = files.find(invocation.positionals().getFirst());
        LoadedLab loaded = files.decided(files.labAloud());
        return new PlaybookRun(invocation, files, loaded, file, Memory.LEAVES).run();
    }
}
