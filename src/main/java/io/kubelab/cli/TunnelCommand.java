package io.kubelab.cli;

import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.ssh.Tunnel;
import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.lab.LoadedLab;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** Holds a way from this workstation to an API server behind the virthost open. */
record TunnelCommand() implements Subcommand {
    /** For so long it waits for somebody to use it. */
    static final Duration IDLE = Duration.ofMinutes(10);

    private static final int API_SERVER = 6443;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public String summary() {
        return "Hold a way to the lab's API server open, until nobody has used it for 10 minutes.";
    }

    @Override
    public void describe(CommandSpec command) {
        LabOptions.describe(command);
    }

    /** The lab's own port of the loopback interface: a kubeconfig names it. */
    static int port(LabTag lab) {
        return FIRST_PORT + Math.floorMod(lab.uuid().hashCode(), PORTS);
    }

    @Override
    public int run(Invocation invocation) {
        LoadedLab loaded = new LabFiles(invocation).standing();
        Host virthost = loaded.lab().inventory().virthost();
        if (virthost.access() instanceof Access.Local) {
            throw new InvalidInput(
                    virthost.name(),
                    "is this machine, from which the API server is reached directly");
        }
        AddressPlan plan = AddressPlan.of(loaded.lab().tag(), loaded.lab().settings());
        List<String> addresses =
                loaded.lab().inventory().controlPlanes().stream()
                        .map(host -> plan.machine(host.name()).address())
                        .toList();
        int port = port(loaded.lab().tag());
        Path state = loaded.lab().places().state();
        try (var connections =
                        Adapters.connections(
                                loaded.lab(),
                                invocation.workplace(),
                                new TerminalQuestions(Supplier::get),
                                Optional.empty(),
                                Machines.BOOTING);
                var tunnel = new Tunnel(connections, virthost, port, addresses, API_SERVER)) {
            invocation.streams().out().println("https://127.0.0.1:" + port);
            invocation.streams().out().flush();
            tunnel.hold(IDLE, () -> Files.isDirectory(state));
        }
        return ExitCode.OK.status();
    }
}
