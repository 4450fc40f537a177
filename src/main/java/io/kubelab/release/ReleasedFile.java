package io.kubelab.release;

import java.nio.file.Path;

/**
 * A file that a project publishes.
 *
 * @param source its URL, {@code http} or {@code https}
 * @param sha256 lower-case hex
 * @param file where it is wanted
 */
public record ReleasedFile(String source, String sha256, Path file) {}
