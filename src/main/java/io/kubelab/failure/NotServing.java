package io.kubelab.failure;

/**
 * An API server of which the cluster knows does not serve: it has gone, or has just started and
 * does not know its objects and rules yet. What it refuses meanwhile says nothing, and time helps.
 */
public final class NotServing extends LabException {
    private static final long serialVersionUID = 1;

    private static final String REMEDY =
            "Is the control plane up? Look at 'crictl ps' there, then run the same command again.";

    /**
     * @param server its URL
     * @param why in its own words, or those of the connection
     */
    public NotServing(String server, String why, Throwable cause) {
        super("API server " + server + ": " + why, REMEDY, cause);
    }
}
