package io.kubelab.steps.cluster;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.Lines;
import io.kubelab.steps.general.WantedFile;
import io.kubelab.steps.node.HostMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The machine is as it was before it became a node; programs and images stay. Beyond {@code kubeadm
 * reset} this takes away CNI configuration and state, interfaces, packet filter rules, kubeconfigs.
 *
 * <pre>{@code
 * - node_reset
 * }</pre>
 */
public record NodeReset() implements Step {
    private static final Duration MOMENT = Duration.ofSeconds(30);
    private static final String REMEDY = "Run the same command again; it goes on from here.";
    private static final Set<String> LINKS = Set.of("cni0", "flannel.1", "kube-ipvs0");
    private static final List<String> CHAINS = List.of("KUBE-", "FLANNEL-", "CNI-");

    /** Pods leave by this plugin: the real one would have to ask an API server that may be gone. */
    private static final String LEAVING = "/etc/cni/net.d/00-leaving.conf";

    private static final List<String> TRACES =
            List.of(
                    "/etc/kubernetes",
                    "/var/lib/kubelet/config.yaml",
                    "/var/lib/kubelet/pki",
                    "/var/lib/etcd",
                    "/etc/cni/net.d/10-multus.conf",
                    "/etc/cni/net.d/10-flannel.conflist",
                    LEAVING,
                    "/var/lib/cni",
                    "/run/flannel",
                    "/var/log/pods",
                    "/var/log/containers",
                    "/var/log/multus.log");

    record NoValues() {}

    @Override
    public String title() {
        return "the machine is no node of a cluster";
    }

    @Override
    public Diff diff(Target target) {
        if (HostMark.isBare(target) && HostMark.of(target) != HostMark.OURS) {
            return Diff.inOrder("it is no node of the lab, and what it is else is left alone");
        }
        var changes = new ArrayList<Change>();
        if (target.ask(Kubeadm.RUNS)) {
            changes.add(run("pkill", "--exact", "kubeadm"));
        }
        changes.addAll(changes(target));
        return Diff.of(changes, "there is no trace of one");
    }

    /** What takes away the node that the machine was, or half of it; none for a fresh machine. */
    static List<Change> changes(Target target) {
        var find = new ArrayList<>(List.of("-maxdepth", "0"));
        find.addAll(0, traces(target));
        List<List<String>> seen =
                target.askAll(
                        List.of(
                                Lines.of("find", find.toArray(String[]::new)),
                                Lines.of("crictl", "pods", "--quiet"),
                                Lines.of("ls", "/sys/class/net"),
                                Lines.of("nft", "list", "chains")));
        List<String> traces = seen.get(0);
        List<String> pods = seen.get(1);
        var changes = new ArrayList<Change>();
        if (!traces.isEmpty() || !pods.isEmpty()) {
            changes.addAll(
                    WantedFile.rendered(target, LEAVING, "cluster/leaving.conf", new NoValues())
                            .changes(target));
            changes.add(Kubeadm.call(Kubeadm.reset(), REMEDY));
            changes.addAll(traces.stream().map(Change.Remove::new).toList());
            changes.add(new Change.Remove(LEAVING));
        }
        seen.get(2).stream()
                .filter(LINKS::contains)
                .forEach(link -> changes.add(run("ip", "link", "delete", link)));
        Set<String> tables = tables(seen.get(3));
        if (HostMark.isBare(target)) {
            if (!tables.isEmpty()) {
                changes.add(
                        run(
                                "sh",
                                "-c",
                                target.templates().render("node/forget-rules.sh", new NoValues())));
            }
            return changes;
        }
        for (String table : tables) {
            var delete = new ArrayList<>(List.of("nft", "delete", "table"));
            delete.addAll(List.of(table.split(" ")));
            changes.add(new Change.Run(Command.of(delete), MOMENT, REMEDY));
        }
        return changes;
    }

    private static List<String> traces(Target target) {
        String login = target.settings().machines().defaultAnsibleUser();
        var traces = new ArrayList<>(TRACES);
        // people's own files on a host that was there before
        if (!HostMark.isBare(target)) {
            traces.addAll(List.of("/root/.kube/config", "/home/" + login + "/.kube/config"));
        }
        return List.copyOf(traces);
    }

    /**
     * Family and name of the tables of nftables that hold chains of Kubernetes; what iptables
     * writes is in them too.
     */
    private static Set<String> tables(List<String> listing) {
        var tables = new LinkedHashSet<String>();
        String table = "";
        for (String line : listing) {
            if (line.startsWith("table ")) {
                table = line.substring("table ".length()).replace("{", "").strip();
            } else {
                String chain = line.strip().replaceFirst("^chain ", "");
                if (CHAINS.stream().anyMatch(chain::startsWith)) {
                    tables.add(table);
                }
            }
        }
        return tables;
    }

    private static Change run(String program, String... arguments) {
        return new Change.Run(Command.of(program, arguments), MOMENT, REMEDY);
    }
}
