package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.List;

/**
 * What a host has to run virtual machines at native speed. The device alone says nothing: it can be
 * there, and even make a machine, where no guest can run.
 */
public record HardwareVirtualization() implements Fact.OfHost<HardwareVirtualization.Found> {
    private static final String DEVICE = "/dev/kvm";

    /**
     * @param processor has vmx (Intel) or svm (AMD)
     * @param device there is {@code /dev/kvm}
     */
    public record Found(boolean processor, boolean device) {
        public boolean usable() {
            return processor && device;
        }
    }

    @Override
    public Command command() {
        return Command.of("grep", "-E", "-o", "-w", "-m", "1", "vmx|svm", "/proc/cpuinfo")
                .regardless()
                .then(Command.of("find", DEVICE, "-maxdepth", "0", "-type", "c"));
    }

    @Override
    public Found parse(CommandResult result) {
        List<String> lines = result.out().lines().toList();
        return new Found(lines.contains("vmx") || lines.contains("svm"), lines.contains(DEVICE));
    }
}
