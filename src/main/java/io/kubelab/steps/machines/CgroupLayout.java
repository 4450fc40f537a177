package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/** How a host's cgroups are mounted (cgroups(7)). */
record CgroupLayout() implements Fact.OfHost<CgroupLayout.Found> {
    enum Found {
        /** Controllers are cgroup v1, perhaps with a v2 tree beside them. */
        HYBRID,
        /** cgroup v2 only. */
        UNIFIED
    }

    @Override
    public Command command() {
        return Command.of("stat", "--file-system", "--format=%T", "/sys/fs/cgroup");
    }

    @Override
    public Found parse(CommandResult result) {
        return "cgroup2fs".equals(result.out().strip()) ? Found.UNIFIED : Found.HYBRID;
    }
}
