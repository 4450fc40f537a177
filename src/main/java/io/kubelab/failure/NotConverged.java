package io.kubelab.failure;

/**
 * A step asked for the same changes again after they had been applied: the step, or the model of
 * it, is wrong.
 */
public final class NotConverged extends LabException {
    private static final long serialVersionUID = 1;

    public NotConverged(String host, String step, String changes) {
        super(
                "%s: '%s' is not in order after its changes were applied: %s"
                        .formatted(host, step, changes),
                "This is a defect of kubelab or of a play; run 'kubelab --preview' for what is still missing and report it.");
    }
}
