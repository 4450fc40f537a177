package io.kubelab.cli;

import io.kubelab.adapter.console.Signals;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.Terminal;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LoadedLab;
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
        RemoteCommand.describe(
                command,
                PositionalParamSpec.builder()
                        .paramLabel("HOST")
                        .description("A machine, or another host of the inventory."),
                PositionalParamSpec.builder()
                        .arity("0..*")
                        .description("What the login shell there runs; else it is interactive."));
    }

    @Override
    public int run(Invocation invocation) {
        LoadedLab loaded = new LabFiles(invocation).lab();
        Host host = loaded.lab().inventory().host(invocation.positionals().getFirst());
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
                    .at(host, RemoteCommand.command(invocation));
        }
    }
}
