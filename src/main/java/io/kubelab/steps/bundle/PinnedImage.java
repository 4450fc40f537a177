package io.kubelab.steps.bundle;

/**
 * An image that a project publishes.
 *
 * @param registry URL that its registry's API is below, mirrors considered
 * @param digest {@code sha256:…}
 */
record PinnedImage(String registry, String digest) {}
