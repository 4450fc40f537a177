package io.kubelab.engine;

/** The user wants no more of it. */
final class Stopped extends Exception {
    private static final long serialVersionUID = 1;

    Stopped() {
        super("stopped by the user", null, false, false);
    }
}
