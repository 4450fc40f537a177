package io.kubelab.cli;

import io.kubelab.adapter.console.FailureText;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.ManyHosts;
import io.kubelab.adapter.ssh.ManyHosts.End;
import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.HostPattern;
import io.kubelab.lab.LoadedLab;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command on several hosts at once. */
record ExecCommand() implements RemoteCommand {
    /** As shells say it of a command that a signal ended. */
    private static final int BY_SIGNAL = 128;

    @Override
    public String name() {
        return "exec";
    }

    @Override
    public String summary() {
        return "Run a command on several hosts at once: exec master:nodes -- ip -br a.";
    }

    @Override
    public void describe(CommandSpec command) {
        RemoteCommand.describe(
                command,
                PositionalParamSpec.builder()
                        .paramLabel("PATTERN")
                        .description("Hosts or groups, such as machines or nodes:!kube-node-1."),
                PositionalParamSpec.builder()
                        .arity("1..*")
                        .required(true)
                        .description(
                                "What each login shell runs. The exit status is the highest of"
                                        + " all."));
    }

    @Override
    public int run(Invocation invocation) {
        String command = String.join(" ", RemoteCommand.command(invocation));
        LoadedLab loaded = new LabFiles(invocation).standing();
        List<Host> hosts = hosts(invocation.positionals().getFirst(), loaded);
        LocalUser me = LocalUser.of(invocation.workplace().environment());
        try (var connections =
                Adapters.connections(
                        loaded.lab(),
                        invocation.workplace(),
                        new TerminalQuestions(Supplier::get),
                        Optional.empty(),
                        Machines.BOOTED)) {
            Map<Host, End> ends =
                    new ManyHosts(connections, me, new Prefixed(invocation.streams(), hosts))
                            .run(hosts, command);
            return ends.values().stream()
                    .mapToInt(end -> status(invocation, end))
                    .max()
                    .orElse(ExitCode.OK.status());
        }
    }

    private static List<Host> hosts(String pattern, LoadedLab loaded) {
        List<Host> hosts;
        try {
            hosts = HostPattern.hosts(pattern, loaded.lab().inventory());
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("PATTERN", String.valueOf(e.getMessage()));
        }
        List<Host> limited = hosts.stream().filter(loaded.hosts()::contains).toList();
        if (limited.isEmpty()) {
            throw new InvalidInput("PATTERN", "there is no host in '%s'".formatted(pattern));
        }
        return limited;
    }

    private static int status(Invocation invocation, End end) {
        return switch (end) {
            case End.Ended(var status) -> status.orElse(BY_SIGNAL);
            case End.Failed(var failure) -> {
                FailureText.lines(failure, invocation.terminal().painter())
                        .forEach(invocation.streams().err()::println);
                yield ExitCode.of(failure).status();
            }
        };
    }

    /** Whose line it is, before each line. */
    private record Prefixed(Streams streams, List<Host> hosts) implements ManyHosts.Lines {
        @Override
        public void out(Host host, String line) {
            streams.out().println(prefix(host) + line);
        }

        @Override
        public void err(Host host, String line) {
            streams.err().println(prefix(host) + line);
        }

        private String prefix(Host host) {
            int width = hosts.stream().mapToInt(h -> h.name().length()).max().orElse(0);
            return host.name() + " ".repeat(width - host.name().length()) + " | ";
        }
    }
}
