package io.kubelab.image;

import io.kubelab.remote.Content;
import java.nio.file.Path;
import java.util.List;

/**
 * An OCI image to be put together (OCI image-spec 1.1): plain tar layers and then one layer of
 * files.
 *
 * @param reference as a pod names it, host and tag included: {@code registry.k8s.io/etcd:3.7.0-0}
 * @param layers tar files, the lowest first
 * @param files programs in a last layer, mode 0755
 */
public record ImageSpec(
        String reference,
        String architecture,
        List<String> entrypoint,
        List<Content.Artifact> layers,
        List<Entry> files) {
    /**
     * @param path inside the image, without a leading slash
     */
    public record Entry(String path, Path source) {}
}
