package io.kubelab.cli;

import io.kubelab.cli.PlaybookRun.Memory;
import io.kubelab.lab.LoadedLab;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs the playbook of its own name.
 *
 * @param memory what becomes of what the workstation knows of the lab
 * @param rehearsal for what the playbook asks
 */
record PlaybookCommand(String name, String summary, Memory memory, Scope scope, Rehearsal rehearsal)
        implements Subcommand {
    /** Whether it ends with the whole lab as it is wanted, and may take away what is not. */
    enum Scope {
        WHOLE,
        PART
    }

    @Override
    public void describe(CommandSpec command) {
        PlaybookRun.describe(command, memory);
        if (scope == Scope.WHOLE) {
            LabOptions.prune(command);
        }
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab loaded =
                memory == Memory.FORGETS ? files.labAloud() : files.decided(files.labAloud());
        return new PlaybookRun(invocation, files, loaded, files.named(name), memory).run();
    }
}
