package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.OsRelease;

/**
 * A virthost whose distribution has what the lab's machines need. Nothing can be changed about it,
 * so it comes first.
 *
 * <pre>{@code
 * - served_distribution
 * }</pre>
 */
public record ServedDistribution() implements Requirement {
    @Override
    public String title() {
        return "the virthost's distribution is one that kubelab knows";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        OsRelease.Found found = target.ask(new OsRelease());
        Packaging packaging =
                found.packages()
                        .orElseThrow(() ->
                                unserved(
                                        target,
                                        "kubelab knows no package names for %s; use a virthost of Debian, Ubuntu, Fedora or CentOS Stream"
                                                .formatted(found.prettyName())));
        if (packaging == Packaging.DNF) {
            if (target.settings().machines().domainType().isContainer()) {
                throw unserved(
                        target,
                        "%s ships no libvirt LXC driver; use a Debian or Ubuntu virthost, or virtual machines (domain_type: kvm, or qemu for emulated ones)"
                                .formatted(found.prettyName()));
            }
            if (!target.ask(new BootedWithSystemd())) {
                throw unserved(
                        target,
                        "libvirt's daemons of %s are started by systemd, which doesn't run there; use a machine that was booted with it"
                                .formatted(found.prettyName()));
            }
        }
        return Diff.inOrder("it is " + found.prettyName());
    }

    private static InvalidInput unserved(Target target, String why) {
        return new InvalidInput(target.place().name(), why);
    }
}
