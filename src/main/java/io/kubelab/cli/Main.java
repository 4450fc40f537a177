package io.kubelab.cli;

import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.program.ProcessEnd;
import io.kubelab.cli.PlaybookCommand.Scope;
import io.kubelab.cli.PlaybookRun.Memory;
import java.util.ArrayList;
import java.util.List;

/** Where the program starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int status = run(Streams.ofProcess(), arguments);
        ending(status).with(status);
    }

    private static int run(Streams streams, String... arguments) {
        return new Program(commands(), Workplace.ofProcess(), streams).run(arguments);
    }

    /** The launcher knows; nobody waits for a cache after a run that failed or was stopped. */
    private static ProcessEnd ending(int status) {
        return switch (System.getProperty("kubelab.leave", "")) {
            case "at-once" -> ProcessEnd.AT_ONCE;
            case "with-cache" -> status == 0 ? withCache() : ProcessEnd.AT_ONCE;
            case "training" -> status == 0 ? ProcessEnd.TRAINING : ProcessEnd.AT_ONCE;
            default -> ProcessEnd.IN_ORDER;
        };
    }

    /** What is asked most often has its classes in the cache too. */
    private static ProcessEnd withCache() {
        int _ = run(Streams.nowhere(), "status");
        return ProcessEnd.WITH_CACHE;
    }

    /** In the order in which help lists them. */
    static List<Subcommand> commands() {
        var commands = new ArrayList<Subcommand>();
        commands.add(new UpCommand());
        commands.add(
                new PlaybookCommand(
                        "down",
                        "Remove the lab: cluster, machines, networks, registry, files.",
                        Memory.FORGETS,
                        Scope.PART,
                        Rehearsal.MACHINES));
        commands.add(new BundleCommand());
        commands.add(
                new PlaybookCommand(
                        "virthost-setup",
                        "Make the lab's network and machines on the virthost.",
                        Memory.REMEMBERS,
                        Scope.PART,
                        Rehearsal.MACHINES));
        commands.add(
                new PlaybookCommand(
                        "kube-install",
                        "Make the machines a Kubernetes cluster with Multus.",
                        Memory.REMEMBERS,
                        Scope.WHOLE,
                        Rehearsal.CLUSTER));
        commands.add(
                new PlaybookCommand(
                        "kube-teardown",
                        "Make the cluster's nodes plain machines again.",
                        Memory.LEAVES,
                        Scope.PART,
                        Rehearsal.MACHINES));
        commands.add(
                new PlaybookCommand(
                        "vm-teardown",
                        "Remove the machines and what was made for them.",
                        Memory.FORGETS,
                        Scope.PART,
                        Rehearsal.MACHINES));
        commands.add(new StatusCommand());
        commands.add(new ListCommand());
        commands.add(new KubectlCommand());
        commands.add(new KubeconfigCommand());
        commands.add(new TunnelCommand());
        commands.add(new SshCommand());
        commands.add(new ScpCommand());
        commands.add(new ExecCommand());
        commands.add(new SshConfigCommand());
        commands.add(new ImageCommand());
        commands.add(new PlayCommand());
        commands.add(new ValidateCommand());
        commands.add(new SettingsCommand());
        commands.add(new StepsCommand());
        commands.add(new CompletionCommand(List.copyOf(commands)));
        return commands;
    }
}
