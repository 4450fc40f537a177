package io.kubelab.cli;

import io.kubelab.adapter.console.Streams;
import java.util.ArrayList;
import java.util.List;

/** Where the program starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(
                new Program(commands(), Workplace.ofProcess(), Streams.ofProcess()).run(arguments));
    }

    static List<Subcommand> commands() {
        var commands = new ArrayList<Subcommand>();
        commands.add(new StepsCommand());
        commands.add(new CompletionCommand(List.copyOf(commands)));
        return commands;
    }
}
