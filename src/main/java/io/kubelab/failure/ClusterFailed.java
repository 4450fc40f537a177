package io.kubelab.failure;

/** The API server refused an object or a request. */
public final class ClusterFailed extends LabException {
    private static final long serialVersionUID = 1;

    public ClusterFailed(String object, String why, String remedy) {
        super(object + ": " + why, remedy);
    }

    public ClusterFailed(String object, String why, String remedy, Throwable cause) {
        super(object + ": " + why, remedy, cause);
    }
}
