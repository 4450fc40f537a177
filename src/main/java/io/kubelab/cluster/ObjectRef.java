package io.kubelab.cluster;

/**
 * Names an object of the API.
 *
 * @param apiVersion group and version as in a manifest: {@code apps/v1}, {@code v1}
 * @param namespace empty for objects that have none
 */
public record ObjectRef(String apiVersion, String kind, String namespace, String name) {
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
