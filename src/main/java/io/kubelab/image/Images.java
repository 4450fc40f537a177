package io.kubelab.image;

import java.nio.file.Path;
import java.util.Optional;

/** Puts images together and sends them to registries; no container engine is involved. */
public interface Images {
    /**
     * Writes an OCI image layout into a directory that does not exist yet; the same input gives the
     * same digest.
     */
    void assemble(ImageSpec image, Path layout);

    /**
     * An image as somebody has it: an OCI image layout, as a directory or a tar file, or what
     * {@code docker save} writes.
     *
     * @param scratch an empty directory, for what is unpacked
     * @throws io.kubelab.failure.InvalidInput if it is nothing of these, damaged, several images,
     *     or none that nodes can run
     */
    Given given(Path image, Path scratch);

    /**
     * @param layout of this one image
     * @param name that was written beside it
     */
    record Given(Path layout, Optional<String> name) {}

    /**
     * The digest ({@code sha256:…}) of the one image of a layout; empty if there is no layout or a
     * part of it is missing.
     */
    Optional<String> digest(Path layout);

    /**
     * The digest that a registry has under a repository and tag; empty if it has none.
     *
     * @param registry {@code host:port}
     */
    Optional<String> digest(String registry, String repository, String tag);

    /** Copies what the registry lacks. */
    void push(Path layout, String registry, String repository, String tag);
}
