package io.kubelab.cli;

import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.SshConfigFragment;
import io.kubelab.lab.LoadedLab;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what OpenSSH's programs need to reach the lab's hosts. */
record SshConfigCommand() implements Subcommand {
    @Override
    public String name() {
        return "ssh-config";
    }

    @Override
    public String summary() {
        return "Print an ssh_config for the lab's hosts: for ssh -F, scp, rsync, Ansible.";
    }

    @Override
    public void describe(CommandSpec command) {
        LabOptions.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        invocation
                .streams()
                .out()
                .print(text(new LabFiles(invocation).standing(), invocation.workplace()));
        return ExitCode.OK.status();
    }

    static String text(LoadedLab loaded, Workplace workplace) {
        return new SshConfigFragment(LocalUser.of(workplace.environment()))
                .of(loaded.lab().inventory());
    }
}
