package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a libvirt daemon leaves behind that kubelab started and stopped: its run-time directory, its
 * empty firewall chains and tables, its empty cgroup. Where anybody else runs libvirt, they stay.
 *
 * <pre>{@code
 * - libvirt_traces_absent
 * }</pre>
 */
public record LibvirtTracesAbsent() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String REMEDY = "They can stay; nothing depends on it.";
    private static final List<String> RUNTIME = List.of("/run/kubelab", "/run/libvirt");

    /** Some daemon of libvirt's has a socket. */
    private static final Succeeds ANY_DAEMON =
            new Succeeds(Command.of("grep", "/run/libvirt/", "/proc/net/unix"));

    /** Cgroups in which libvirt keeps machines, and the machines' in them. */
    record Partitions() implements Fact.OfHost<List<String>> {
        @Override
        public Command command() {
            // [^/]: further down they belong to containers, which may have a libvirt of their own
            return Command.of(
                    "find",
                    "/sys/fs/cgroup",
                    "-mindepth",
                    "2",
                    "-maxdepth",
                    "3",
                    "-type",
                    "d",
                    "-regex",
                    "/sys/fs/cgroup/[^/]*/machine\\(/[^/]*\\)?");
        }

        @Override
        public List<String> parse(CommandResult result) {
            return result.out().lines().sorted().toList();
        }
    }

    @Override
    public String title() {
        return "libvirt has left no traces where kubelab started it";
    }

    @Override
    public Diff diff(Target target) {
        boolean ofSystemd =
                target.ask(new BootedWithSystemd()) && LibvirtUnits.before(target).isEmpty();
        if (ofSystemd || target.ask(ANY_DAEMON)) {
            return Diff.inOrder("libvirt is not kubelab's, or needed");
        }
        var changes = new ArrayList<Change>();
        for (Firewall firewall : List.of(new Firewall("iptables"), new Firewall("ip6tables"))) {
            firewall.removal(target.ask(firewall))
                    .ifPresent(c -> changes.add(new Change.Run(c, LIMIT, REMEDY)));
        }
        for (NftTable table : List.of(new NftTable("ip"), new NftTable("ip6"))) {
            if (target.ask(table) == NftTable.Found.EMPTY) {
                changes.add(new Change.Run(table.removal(), LIMIT, REMEDY));
            }
        }
        List<String> partitions = target.ask(new Partitions());
        List<String> empty =
                partitions.stream()
                        .filter(p -> p.endsWith("/machine"))
                        .filter(p -> partitions.stream().noneMatch(m -> m.startsWith(p + "/")))
                        .toList();
        if (!empty.isEmpty()) {
            var argv = new ArrayList<>(List.of("rmdir"));
            argv.addAll(empty);
            changes.add(new Change.Run(Command.of(argv), LIMIT, REMEDY));
        }
        for (String directory : RUNTIME) {
            if (!(target.ask(new FileState(directory)) instanceof Found.Absent)) {
                changes.add(new Change.Remove(directory));
            }
        }
        return Diff.of(changes, "there are none");
    }
}
