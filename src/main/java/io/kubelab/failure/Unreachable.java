package io.kubelab.failure;

/** A host, daemon or server does not answer, or does not let us in. */
public final class Unreachable extends LabException {
    private static final long serialVersionUID = 1;

    public Unreachable(String host, String why, String remedy) {
        super(host + ": " + why, remedy);
    }

    public Unreachable(String host, String why, String remedy, Throwable cause) {
        super(host + ": " + why, remedy, cause);
    }
}
