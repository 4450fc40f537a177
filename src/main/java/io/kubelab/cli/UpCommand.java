package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter;
import io.kubelab.cli.PlaybookRun.Memory;
import io.kubelab.document.Node;
import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.lab.LoadedLab;
import io.kubelab.remote.Privilege;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Everything, from nothing to a cluster: the playbook {@code up}, and what to do with it then. */
record UpCommand() implements Subcommand {
    private static final List<String> PODS = List.of("flannel", "macvlan", "both");

    @Override
    public String name() {
        return "up";
    }

    @Override
    public String summary() {
        return "Make a whole lab: artifacts, machines and cluster; by default on this machine.";
    }

    @Override
    public void describe(CommandSpec command) {
        PlaybookRun.describe(command, Memory.REMEMBERS);
        LabOptions.prune(command);
    }

    @Override
    public Rehearsal rehearsal() {
        return Rehearsal.CLUSTER;
    }

    @Override
    public int run(Invocation invocation) {
        var files = new LabFiles(invocation);
        LoadedLab read = files.labAloud();
        Optional<Host> local = local(read);
        if (local.isPresent() && Privilege.ofThisProcess() == Privilege.SUDO) {
            throw new InvalidInput(
                    local.get().name(),
                    "is this machine, and making machines and networks on it takes root: sudo "
                            + invocation.workplace().called()
                            + " up");
        }
        LoadedLab loaded = files.decided(read);
        var playbookRun =
                new PlaybookRun(invocation, files, loaded, files.named(name()), Memory.REMEMBERS);
        warn(invocation.streams().err(), loaded);
        return playbookRun.run(adapters -> finish(invocation, loaded, adapters));
    }

    /** The virthost that is this machine, if one is. */
    private static Optional<Host> local(LoadedLab loaded) {
        return loaded.lab().inventory().virthosts().stream().filter(UpCommand::isLocal).findFirst();
    }

    private static boolean isLocal(Host virthost) {
        return virthost.access() instanceof Access.Local;
    }

    private static void warn(PrintStream err, LoadedLab loaded) {
        if (loaded.lab().settings().machines().domainType().isContainer()) {
            err.printf(
                    "note: the nodes of this lab are containers: root in them is root on %s.%n",
                    loaded.lab().inventory().virthosts().stream()
                            .map(v -> isLocal(v) ? "this machine" : v.name())
                            .collect(Collectors.joining(" and ")));
        }
    }

    private static void finish(Invocation invocation, LoadedLab loaded, Adapters adapters) {
        List<Node> nodes =
                adapters.ports()
                        .clusters()
                        .cluster()
                        .map(cluster -> cluster.list("v1", "Node", ""))
                        .orElse(List.of());
        new DataPrinter(invocation.streams().out(), invocation.format()).print(NodeTable.of(nodes));
        if (invocation.format() == DataPrinter.Format.TEXT) {
            invocation.streams().out().print(next(invocation.workplace(), loaded));
        }
    }

    /** What the article does next, to be pasted. */
    private static String next(Workplace workplace, LoadedLab loaded) {
        String master = loaded.lab().inventory().firstControlPlane().name();
        String ssh = "  %s ssh %s".formatted(workplace.called(), master);
        Path pods = loaded.lab().places().home().resolve("inventory/examples/article");
        Path shown =
                pods.startsWith(workplace.directory())
                        ? workplace.directory().relativize(pods)
                        : pods;
        var text = new StringBuilder("\nNext, as in the article:\n").append(ssh).append('\n');
        for (String pod : PODS) {
            text.append(ssh)
                    .append(" -- kubectl create -f - < %s/%s.pod.yaml%n".formatted(shown, pod));
        }
        return text.append(ssh)
                .append(" -- kubectl exec bothpod -- ip a\n")
                .append("To remove it all: %s down%n".formatted(asRoot(workplace, loaded)))
                .toString();
    }

    /** Where that takes root again. */
    private static String asRoot(Workplace workplace, LoadedLab loaded) {
        return (local(loaded).isPresent() && Privilege.ofThisProcess() != Privilege.ROOT
                        ? "sudo "
                        : "")
                + workplace.called();
    }
}
