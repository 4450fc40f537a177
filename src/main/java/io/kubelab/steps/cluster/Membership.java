package io.kubelab.steps.cluster;

import io.kubelab.failure.ClusterFailed;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.List;
import java.util.Optional;

/**
 * What of a cluster is on a control plane's disk. What is on none of them is lost, and a cluster
 * that is on one of them must never be made a second time.
 */
enum Membership {
    /** No data of etcd. */
    NONE,

    /** Data of etcd, but not all that kubeadm writes. */
    PARTIAL,

    WHOLE;

    private static final String DATA = "/var/lib/etcd/member";

    private static final List<String> WRITTEN =
            List.of(
                    "/etc/kubernetes/manifests/etcd.yaml",
                    "/etc/kubernetes/pki/ca.key",
                    Kubeadm.ADMIN_CONF,
                    Kubeadm.KUBELET_CONF);

    record Of() implements Fact.OfHost<Membership> {
        @Override
        public Command command() {
            return Command.of(
                    "find",
                    DATA,
                    WRITTEN.get(0),
                    WRITTEN.get(1),
                    WRITTEN.get(2),
                    WRITTEN.get(3),
                    "-maxdepth",
                    "0");
        }

        @Override
        public Membership parse(CommandResult result) {
            List<String> found = result.out().lines().toList();
            if (!found.contains(DATA)) {
                return NONE;
            }
            return found.containsAll(WRITTEN) ? WHOLE : PARTIAL;
        }
    }

    /** The first of the other control planes that has the cluster. */
    static Optional<Host> elsewhere(Target target) {
        return others(target).stream().filter(other -> of(target, other) == WHOLE).findFirst();
    }

    /**
     * To be asked before a cluster is made.
     *
     * @throws ClusterFailed if another control plane has a part of one, which might be all that is
     *     left of it
     */
    static void checkNothingIsLeft(Target target) {
        for (Host other : others(target)) {
            if (of(target, other) != NONE) {
                throw new ClusterFailed(
                        other.name(),
                        "it has a cluster's data in %s, but is no whole control plane, and neither is another"
                                .formatted(DATA),
                        "If that cluster is not needed any more, 'kubelab kube-teardown' removes what is left of it; the next run makes another.");
            }
        }
    }

    /** Of another control plane. */
    static Membership of(Target target, Host other) {
        return target.facts().of(other, new Of());
    }

    /** All control planes but this one. */
    static List<Host> others(Target target) {
        return target.lab().inventory().controlPlanes().stream()
                .filter(host -> !host.name().equals(target.host().name()))
                .toList();
    }
}
