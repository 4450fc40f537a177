package io.kubelab.cluster;

/** One object as it is sent to the API server. */
public record Manifest(ObjectRef ref, String yaml) {
    @Override
    public String toString() {
        return ref.toString();
    }
}
