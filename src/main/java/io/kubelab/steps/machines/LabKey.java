package io.kubelab.steps.machines;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;

/**
 * The key on the workstation that logs in to the lab's machines: RSA, as kube-ansible's was.
 *
 * <pre>{@code
 * - lab_key
 * }</pre>
 */
public record LabKey() implements Step {
    @Override
    public String title() {
        return "the workstation has a key to the lab's machines";
    }

    @Override
    public Diff diff(Target target) {
        Path key = WorkstationFiles.labKey(target);
        return KeyPair.isThere(target, key)
                ? Diff.inOrder("it is " + key)
                : Diff.needs(KeyPair.rsa(key, "kubelab lab " + target.lab().tag().name()));
    }
}
