package io.kubelab.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what a shell needs to complete kubelab's command line. */
record CompletionCommand(List<Subcommand> others) implements Subcommand {
    @Override
    public String name() {
        return "completion";
    }

    @Override
    public String summary() {
        return "Print a completion script for bash: . <(kubelab completion)";
    }

    @Override
    public void describe(CommandSpec command) {}

    @Override
    public int run(Invocation invocation) {
        var all = new ArrayList<>(others);
        all.add(this);
        List<String> names = all.stream().map(Subcommand::name).toList();
        invocation.streams().out().print(AutoComplete.bash("kubelab", Program.model(all, names)));
        return ExitCode.OK.status();
    }
}
