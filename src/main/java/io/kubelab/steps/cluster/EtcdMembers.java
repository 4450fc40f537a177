package io.kubelab.steps.cluster;

import io.kubelab.inventory.Host;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.cluster.Etcd.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * etcd counts no member whose data is gone: a machine that was lost comes back empty, and joins as
 * another member. One control plane looks after that for all of them.
 *
 * <pre>{@code
 * - etcd_members
 * }</pre>
 */
public record EtcdMembers() implements Step {
    private static final String TWO =
            "2 control planes stand no loss, as one alone does not, since etcd needs more than half of its members; name a third 'node_type: master_slave'";

    @Override
    public String title() {
        return "etcd has no lost members";
    }

    @Override
    public Diff diff(Target target) {
        List<Host> others = Membership.others(target);
        if (others.isEmpty()) {
            return Diff.inOrder("it is the only one");
        } else if (target.ask(new Membership.Of()) != Membership.WHOLE) {
            return Diff.inOrder("it is no member yet");
        }
        Optional<Host> before =
                target.lab().inventory().controlPlanes().stream()
                        .takeWhile(host -> !host.name().equals(target.host().name()))
                        .filter(host -> Membership.of(target, host) == Membership.WHOLE)
                        .findFirst();
        if (before.isPresent()) {
            return Diff.inOrder(before.get() + " looks after that");
        }
        Optional<String> listing = target.ask(new Etcd.Listing());
        if (listing.isEmpty()) {
            return new Diff.Pending(
                    "etcd to answer on " + target.host(),
                    Kubeadm.PATIENCE,
                    new Wake.Every(Duration.ofSeconds(1)),
                    "It answers while more than half of its members are there. Where they are lost, 'kubelab kube-teardown' and then 'kubelab up' make the cluster anew.");
        }
        List<Member> members = Etcd.members(target, listing.get());
        List<Member> lost =
                others.stream()
                        .flatMap(host ->
                                members.stream()
                                        .filter(m ->
                                                m.address().equals(Kubeadm.address(target, host)))
                                        .filter(_ -> isLost(target, host)))
                        .toList();
        return lost.isEmpty()
                ? new Diff.InOrder(
                        "it has " + members.size(), others.size() == 1 ? List.of(TWO) : List.of())
                : new Diff.Needs(lost.stream().map(Etcd::removal).toList());
    }

    /** Not while it is about to join. */
    private static boolean isLost(Target target, Host other) {
        return Membership.of(target, other) == Membership.NONE
                && !target.facts().of(other, Kubeadm.RUNS);
    }
}
