package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.math.BigInteger;
import java.util.List;

/** What a machine's kernel lets a node do; a container node sees its virthost's. */
public record NodeKernel() implements Fact.OfHost<NodeKernel.Found> {
    /** CAP_SYS_RESOURCE of capabilities(7). */
    private static final int SYS_RESOURCE = 24;

    /**
     * @param cgroupV2 the unified hierarchy alone; else version 1 or the hybrid of both
     * @param sysResource processes may raise limits and lower their OOM score
     * @param swap some swap space is in use
     * @param appArmor the kernel labels programs by AppArmor's profiles
     */
    public record Found(boolean cgroupV2, boolean sysResource, boolean swap, boolean appArmor) {}

    @Override
    public Command command() {
        return Command.of("stat", "--file-system", "--format", "%T", "/sys/fs/cgroup")
                .then(Command.of("cat", "/proc/self/status", "/proc/swaps"))
                // not there without AppArmor
                .then(Command.of("cat", "/sys/module/apparmor/parameters/enabled"));
    }

    @Override
    public Found parse(CommandResult result) {
        List<String> lines = result.out().lines().toList();
        return new Found(
                lines.contains("cgroup2fs"),
                lines.stream()
                        .filter(line -> line.startsWith("CapBnd:"))
                        .map(line -> new BigInteger(line.substring(7).strip(), 16))
                        .allMatch(bounding -> bounding.testBit(SYS_RESOURCE)),
                lines.stream().anyMatch(line -> line.startsWith("/")),
                lines.contains("Y"));
    }
}
