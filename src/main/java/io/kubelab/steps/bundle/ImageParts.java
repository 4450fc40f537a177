package io.kubelab.steps.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container image is put together from.
 *
 * @param name the item's name
 * @param reference as pods name it: {@code registry.k8s.io/etcd:3.7.0-0}
 * @param entrypoint empty: none
 * @param root the root file system that is its lower layer
 * @param programs path in the image without a leading slash → {@code item/program}
 * @param release where it is fetched from; then it isn't put together
 */
record ImageParts(
        String name,
        String reference,
        List<String> entrypoint,
        Optional<String> root,
        Map<String, String> programs,
        Optional<PinnedImage> release) {
    /** The part of the reference between host and tag, which is what a mirror is asked for. */
    String repository() {
        return reference.substring(reference.indexOf('/') + 1, reference.lastIndexOf(':'));
    }

    String tag() {
        return reference.substring(reference.lastIndexOf(':') + 1);
    }
}
