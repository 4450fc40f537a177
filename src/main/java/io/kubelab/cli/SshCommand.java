package io.kubelab.cli;

import io.kubelab.adapter.console.Signals;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.Terminal;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LoadedLab;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Logs in to a host of the lab, or runs one command there, as ssh(1) does. */
record SshCommand() implements RemoteCommand {
    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public String summary() {
        return "Log in to a host of the lab, or run a command there: ssh HOST [-- COMMAND].";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("HOST")
                        .arity("1")
                        .required(true)
                        .type(String.class)
                        .description("A machine, or another host of the inventory.")
                        .build());
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("1..*")
                        .paramLabel("COMMAND")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("What the login shell there runs; else it is interactive.")
                        .build());
        command.parser().stopAtPositional(true);
        LabOptions.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        List<String> words = invocation.positionals();
        List<String> command = words.stream().skip(1).dropWhile(word -> word.equals("--")).toList();
        LoadedLab loaded = new LabFiles(invocation).lab();
        Host host = loaded.lab().inventory().host(words.getFirst());
        LocalUser me = LocalUser.of(invocation.workplace().environment());
        Streams streams = invocation.streams();
        try (var connections =
                Adapters.connections(
                        loaded.lab(),
                        invocation.workplace(),
                        new TerminalQuestions(Supplier::get),
                        Optional.empty(),
                        Machines.BOOTING)) {
            return new Terminal(
                            connections,
                            me,
                            streams.in(),
                            streams.out(),
                            streams.err(),
                            Signals::on)
                    .at(host, command);
        }
    }
}
