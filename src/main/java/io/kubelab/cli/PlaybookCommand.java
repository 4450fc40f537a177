package io.kubelab.cli;

import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.lab.LoadedLab;
import io.kubelab.playbook.Playbook;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs the playbook of its own name.
 *
 * @param memory whether commands without arguments mean this lab from now on
 */
record PlaybookCommand(String name, String summary, Memory memory) implements Subcommand {
    /** What becomes of the files that the lab was made from. */
    enum Memory {
        REMEMBERS,
        LEAVES
    }

    @Override
    public void describe(CommandSpec command) {
        PlaybookRun.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab loaded = files.labAloud();
        Playbook playbook = files.playbook(files.named(name), loaded);
        if (memory == Memory.REMEMBERS && PlaybookRun.mode(invocation) == Mode.APPLY) {
            files.remember(loaded);
        }
        return new PlaybookRun(invocation, loaded, playbook).run();
    }
}
