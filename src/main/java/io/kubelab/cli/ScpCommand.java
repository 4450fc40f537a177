package io.kubelab.cli;

import io.kubelab.adapter.console.Signals;
import io.kubelab.adapter.program.UserProgram;
import io.kubelab.failure.InvalidInput;
import io.kubelab.lab.LoadedLab;
import io.kubelab.remote.Content;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** scp(1) with the lab's ssh_config. */
record ScpCommand() implements Subcommand {
    @Override
    public String name() {
        return "scp";
    }

    @Override
    public String summary() {
        return "Copy files from and to hosts of the lab: scp -r results kube-master:/tmp.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .paramLabel("ARGUMENT")
                        .arity("1..*")
                        .required(true)
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("What scp is given; kubelab's own options come before.")
                        .build());
        command.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
        LabOptions.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        LoadedLab loaded = new LabFiles(invocation).standing();
        Path scp =
                UserProgram.find("scp", invocation.workplace().variable("PATH").orElse(""))
                        .orElseThrow(() ->
                                new InvalidInput(
                                        "scp",
                                        "there is none on the PATH; install OpenSSH's clients (apt install openssh-client)"));
        Path config =
                PrivateFile.temporary(
                        loaded.lab().places().state(),
                        "ssh_config",
                        new Content.Secret(SshConfigCommand.text(loaded, invocation.workplace())));
        try {
            var arguments = new ArrayList<>(List.of("-F", config.toString()));
            invocation.positionals().stream()
                    .dropWhile(word -> word.equals("--"))
                    .forEach(arguments::add);
            return new UserProgram(scp, Map.of()).run(arguments, Signals::on);
        } finally {
            PrivateFile.remove(config);
        }
    }
}
