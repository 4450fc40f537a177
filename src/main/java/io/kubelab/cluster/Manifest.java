package io.kubelab.cluster;

/**
 * One object as it is sent to the API server.
 *
 * @param json the whole of it, on one line
 */
public record Manifest(ObjectRef ref, String json) {
    @Override
    public String toString() {
        return ref.toString();
    }
}
