package io.kubelab.steps.cluster;

import io.kubelab.failure.ClusterFailed;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control plane beside others by {@code kubeadm join}, with an etcd of its own. What the lab's
 * first control plane is makes no difference: where the cluster is on another, it joins that one.
 * The cluster's keys go from one to the other over our connections to both, in no one's arguments,
 * and lie nowhere in between. A join that was cut off is waited for if it still runs; else what it
 * left is reset first.
 *
 * <pre>{@code
 * - control_plane_join
 * }</pre>
 */
public record ControlPlaneJoin() implements ClusterStep {
    private static final String DIRECTORY = "/etc/kubernetes/pki/";

    /** What all control planes of a cluster have in common (kubeadm: manual distribution). */
    private static final List<String> PUBLIC =
            List.of("ca.crt", "sa.pub", "front-proxy-ca.crt", "etcd/ca.crt");

    private static final List<String> SECRET =
            List.of("ca.key", "sa.key", "front-proxy-ca.key", "etcd/ca.key");

    @Override
    public String title() {
        return "the machine is a control plane of the cluster";
    }

    @Override
    public Diff diff(Target target) {
        if (Membership.others(target).isEmpty()) {
            return Diff.inOrder("it is the only one");
        }
        String kubeconfig = KubeadmJoin.clusterInfo(target);
        String api = Kubeadm.api(target, target.host());
        List<Boolean> there =
                target.askAll(List.of(Kubeadm.RUNS, Kubeadm.WRITTEN, Kubeadm.answers(api)));
        boolean runs = there.get(0);
        boolean written = there.get(1);
        boolean answers = there.get(2);
        boolean whole = target.ask(new Membership.Of()) == Membership.WHOLE;
        boolean ours =
                target.ask(new FileState(Kubeadm.CA))
                        .holds(KubeadmJoin.authority(target, kubeconfig));
        if (runs) {
            return Kubeadm.awaited(target);
        } else if (whole && !ours) {
            throw new ClusterFailed(
                    target.host().name(),
                    "it is a control plane of another cluster",
                    "If that is not needed any more, 'kubelab kube-teardown --limit %s' removes it; the next run lets the machine join."
                            .formatted(target.host()));
        } else if (whole && answers) {
            return written
                    ? new Diff.Needs(Kubeadm.tidied())
                    : Registration.missing(target)
                            .orElseGet(() -> Diff.inOrder("its API server is ready at " + api));
        } else if (whole && !written) {
            return Kubeadm.answerAwaited(target, api);
        }
        return new Diff.Needs(join(target, kubeconfig));
    }

    private static List<Change> join(Target target, String kubeconfig) {
        Host source =
                Membership.elsewhere(target)
                        .orElseThrow(() ->
                                new ClusterFailed(
                                        target.host().name(),
                                        "no other control plane has the cluster that it should join",
                                        "Run 'kubelab kube-install' without --limit: the first control plane comes first."));
        var changes = new ArrayList<>(NodeReset.changes(target));
        changes.addAll(Registration.undone(target));
        for (String name : PUBLIC) {
            changes.add(
                    new Change.PutFile(
                            path(name),
                            new Content.Text(ofSource(target, source, new FileText(path(name)))),
                            FileAttributes.PUBLIC));
        }
        for (String name : SECRET) {
            changes.add(
                    new Change.PutFile(
                            path(name),
                            ofSource(target, source, new SecretFile(path(name))),
                            FileAttributes.PRIVATE));
        }
        changes.addAll(
                KubeadmJoin.calls(target, kubeconfig, Kubeadm.address(target, target.host())));
        return changes;
    }

    private static String path(String name) {
        return DIRECTORY + name;
    }

    private static <T> T ofSource(Target target, Host source, Fact.OfHost<Optional<T>> file) {
        return target.facts()
                .of(source, file)
                .orElseThrow(() ->
                        new ClusterFailed(
                                source.name(),
                                "it lacks a file of the cluster's: '%s' prints nothing"
                                        .formatted(file.command().shown()),
                                "'kubelab kube-teardown' and then 'kubelab up' make the cluster anew."));
    }
}
