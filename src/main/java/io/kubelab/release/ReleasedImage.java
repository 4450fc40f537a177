package io.kubelab.release;

import java.nio.file.Path;

/**
 * A container image that a project publishes.
 *
 * @param registry the URL that its registry's API is below: {@code https://registry.k8s.io}
 * @param repository {@code coredns/coredns}
 * @param digest of its manifest, or of an index of manifests for several architectures: {@code
 *     sha256:…}
 * @param architecture GOARCH
 * @param scratch a directory that keeps what was fetched until all of it is
 */
public record ReleasedImage(
        String registry, String repository, String digest, String architecture, Path scratch) {}
