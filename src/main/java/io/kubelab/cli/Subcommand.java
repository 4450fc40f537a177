package io.kubelab.cli;

import picocli.CommandLine.Model.CommandSpec;

/** A command of the program. */
interface Subcommand {
    String name();

    /** One line for the list of commands. */
    String summary();

    /** Adds options and arguments; called for the command that was asked for, and no other. */
    void describe(CommandSpec command);

    /**
     * @throws io.kubelab.failure.LabException told to the user by {@link Program}
     */
    ExitCode run(Invocation invocation);
}
