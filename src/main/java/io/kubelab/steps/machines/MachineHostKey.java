package io.kubelab.steps.machines;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;

/**
 * The key by which a machine will prove who it is. Made on the workstation, before the machine, so
 * that it is known at first contact; belongs in a play with {@code on: localhost}.
 *
 * <pre>{@code
 * - machine_host_key
 * }</pre>
 */
public record MachineHostKey() implements Step {
    @Override
    public String title() {
        return "the machine's host key is made";
    }

    @Override
    public Diff diff(Target target) {
        Path key = WorkstationFiles.hostKey(target, target.host());
        return KeyPair.isThere(target, key)
                ? Diff.inOrder("it is " + key)
                : Diff.needs(KeyPair.ed25519(key, target.host().name()));
    }
}
