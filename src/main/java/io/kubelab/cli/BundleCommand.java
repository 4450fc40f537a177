package io.kubelab.cli;

import io.kubelab.cli.PlaybookRun.Memory;
import io.kubelab.failure.InvalidInput;
import io.kubelab.lab.LoadedLab;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What a cluster needs, in the workstation's cache: the playbooks {@code bundle*}. */
record BundleCommand() implements Subcommand {
    /** What is done with the cache; each is a playbook. */
    private enum Action {
        EXPORT,
        IMPORT,
        PRUNE
    }

    @Override
    public String name() {
        return "bundle";
    }

    @Override
    public String summary() {
        return "Build what a cluster needs into the cache; bundle export and bundle import carry it in"
                + " a file to where there is no network; bundle prune: keep nothing else there.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("export|import|prune")
                        .arity("0..1")
                        .type(Action.class)
                        .description(
                                "export: build, then write all of it to one file. import: put what"
                                        + " such a file holds into the cache, after verifying its"
                                        + " digests. prune: remove what compilers keep to be"
                                        + " quicker next time, artifacts of other versions, and"
                                        + " what is left of builds that were cut off.")
                        .build());
        LabOptions.bundleFile(command);
        PlaybookRun.describe(command, Memory.LEAVES);
        LabOptions.refresh(command);
    }

    @Override
    public int run(Invocation invocation) {
        List<String> words = invocation.positionals();
        if (words.size() > 1 && Action.PRUNE.name().equalsIgnoreCase(words.getFirst())) {
            throw new InvalidInput(words.get(1), "'bundle prune' takes no file");
        }
        var files = new LabFiles(invocation);
        LoadedLab loaded = files.labAloud();
        String playbook =
                words.stream()
                        .findFirst()
                        .map(action -> name() + "-" + action.toLowerCase(Locale.ROOT))
                        .orElse(name());
        return new PlaybookRun(invocation, files, loaded, files.named(playbook), Memory.LEAVES)
                .run();
    }
}
