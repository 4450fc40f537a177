package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
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
        if (found.isLike("debian")) {
            return Diff.inOrder("it is " + found.prettyName());
        }
        throw new InvalidInput(
                target.place().name(),
                found.isLike("rhel") || found.isLike("fedora") || found.isLike("centos")
                        ? "%s ships no libvirt LXC driver; use a Debian or Ubuntu virthost"
                                .formatted(found.prettyName())
                        : "kubelab knows no package names for %s; use a Debian or Ubuntu virthost"
                                .formatted(found.prettyName()));
    }
}
