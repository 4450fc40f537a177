package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObject;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.node.ContainerdConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A worker by {@code kubeadm join}. A join that was cut off is waited for if it still runs; else
 * what it left, or what another cluster or a teardown that was cut off left, is reset first.
 *
 * <pre>{@code
 * - kubeadm_join
 * }</pre>
 */
public record KubeadmJoin() implements ClusterStep {
    private static final ObjectRef CLUSTER_INFO =
            new ObjectRef("v1", "ConfigMap", "kube-public", "cluster-info");

    /**
     * @param address of the API server that is to run there; empty for a worker
     * @param nodeIp the node's own address; empty for a machine of the lab, which has one only
     */
    record Config(
            String node,
            String socket,
            List<String> ignoredErrors,
            String discovery,
            String token,
            String address,
            int port,
            String patches,
            String nodeIp,
            long minutes) {
        @Override
        public String toString() {
            return "join of " + node;
        }
    }

    @Override
    public String title() {
        return "the machine is a node of the cluster";
    }

    @Override
    public Diff diff(Target target) {
        String kubeconfig = clusterInfo(target);
        List<FileState.Found> files =
                target.askAll(
                        List.of(new FileState(Kubeadm.CA), new FileState(Kubeadm.KUBELET_CONF)));
        FileState.Found authority = files.get(0);
        boolean ours =
                authority instanceof FileState.Found.RegularFile file
                        && file.sha256().equals(authority(target, kubeconfig).sha256());
        boolean joined = !(files.get(1) instanceof FileState.Found.Absent);
        List<Boolean> kubeadm = target.askAll(List.of(Kubeadm.RUNS, Kubeadm.WRITTEN));
        boolean runs = kubeadm.get(0);
        boolean written = kubeadm.get(1);
        if (runs) {
            return Kubeadm.awaited(target);
        } else if (ours && joined) {
            return written
                    ? new Diff.Needs(Kubeadm.tidied())
                    : Registration.missing(target)
                            .orElseGet(() -> Diff.inOrder("the cluster knows it"));
        }
        var changes = new ArrayList<>(NodeReset.changes(target));
        changes.addAll(Registration.undone(target));
        changes.addAll(calls(target, kubeconfig, ""));
        return new Diff.Needs(changes);
    }

    /** Who the cluster is, as a kubeconfig without a user. */
    static String clusterInfo(Target target) {
        return target.ask(new ClusterObject(CLUSTER_INFO))
                .flatMap(info -> info.text("data", "kubeconfig"))
                .orElseThrow(() ->
                        new ClusterFailed(
                                CLUSTER_INFO.toString(),
                                "it is not there",
                                "Run 'kubelab kube-install' without --limit: the control plane comes first."));
    }

    /**
     * kubeadm itself, on a machine that is no node.
     *
     * @param address of the API server that is to run there; empty for a worker
     */
    static List<Change> calls(Target target, String kubeconfig, String address) {
        String token =
                target.ask(new BootstrapToken.OfCluster())
                        .orElseThrow(() ->
                                new ClusterFailed(
                                        "bootstrap token",
                                        "there is none",
                                        "Let the step join_token come before."))
                        .text();
        List<Change> patches =
                address.isEmpty() ? BareHosts.patches(target) : Kubeadm.patches(target);
        var config =
                new Config(
                        target.host().name(),
                        ContainerdConfig.SOCKET,
                        Kubeadm.ignoredErrors(target),
                        Kubeadm.path("discovery.conf"),
                        token,
                        address,
                        Kubeadm.API_PORT,
                        patches.isEmpty() ? "" : Kubeadm.DIRECTORY,
                        BareHosts.address(target),
                        Kubeadm.minutes(target));
        var changes = new ArrayList<>(patches);
        changes.add(Kubeadm.file("discovery.conf", new Content.Text(kubeconfig)));
        changes.add(
                Kubeadm.file(
                        "join.yaml",
                        new Content.Secret(
                                target.templates().render("cluster/kubeadm-join.yaml", config))));
        changes.add(
                Kubeadm.call(
                        Command.of("kubeadm", "join", "--config", Kubeadm.path("join.yaml")),
                        "Its output says why; 'journalctl -u kubelet' on the node says more. The same command goes on from here."));
        changes.add(new Change.Remove(Kubeadm.DIRECTORY));
        return List.copyOf(changes);
    }

    /** The certificate of the cluster's authority, as the file that kubeadm makes of it. */
    static Content authority(Target target, String kubeconfig) {
        Node parsed = target.documents().parse(CLUSTER_INFO.toString(), kubeconfig).getFirst();
        String data =
                parsed.text("clusters", "0", "cluster", "certificate-authority-data").orElse("");
        return new Content.Text(
                new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
    }
}
