package io.kubelab.failure;

/** A host, daemon or server does not answer, does not let us in, or gives what it should not. */
public final class Unreachable extends LabException {
    private static final long serialVersionUID = 1;

    public Unreachable(String host, String why, String remedy) {
        super(host + ": " + why, remedy);
    }

    public Unreachable(String host, String why, String remedy, Throwable cause) {
        super(host + ": " + why, remedy, cause);
    }
}
