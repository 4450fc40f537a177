package io.kubelab.cli;

import picocli.CommandLine.Model.CommandSpec;

/** A command of the program. */
interface Subcommand {
    String name();

    /** One line for the list of commands. */
    String summary();

    /** Adds options and arguments; called for the command that was asked for, and no other. */
    void describe(CommandSpec command);

    /** What the command will want soon. */
    default Rehearsal rehearsal() {
        return Rehearsal.NONE;
    }

    /**
     * @return the exit status: an {@link ExitCode}, but for a command that passes on another's
     * @throws io.kubelab.failure.LabException told to the user by {@link Program}
     */
    int run(Invocation invocation);
}
