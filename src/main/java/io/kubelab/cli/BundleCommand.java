package io.kubelab.cli;

import io.kubelab.cli.PlaybookRun.Memory;
import io.kubelab.lab.LoadedLab;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What a cluster needs, in the workstation's cache: the playbooks {@code bundle*}. */
record BundleCommand() implements Subcommand {
    /** What is done with the cache; each is a playbook. */
    private enum Action {
        PRUNE
    }

    @Override
    public String name() {
        return "bundle";
    }

    @Override
    public String summary() {
        return "Build what a cluster needs into the cache; bundle prune: keep nothing else there.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .paramLabel("prune")
                        .arity("0..1")
                        .type(Action.class)
                        .description(
                                "Remove what compilers keep to be quicker next time, artifacts of"
                                        + " other versions, and what is left of builds that were"
                                        + " cut off.")
                        .build());
        PlaybookRun.describe(command, Memory.LEAVES);
        LabOptions.refresh(command);
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab loaded = files.labAloud();
        String playbook =
                invocation.positionals().stream()
                        .findFirst()
                        .map(action -> name() + "-" + action.toLowerCase(Locale.ROOT))
                        .orElse(name());
        return new PlaybookRun(
                        invocation,
                        files,
                        loaded,
                        files.playbook(files.named(playbook), loaded),
                        Memory.LEAVES)
                .run();
    }
}
