package io.kubelab.release;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Fetches what projects publish. Nothing gets its name before it has the digest that is pinned. */
public interface Releases {
    /**
     * The file is there and has its digest: as it was, or fetched, from where an earlier attempt
     * ended.
     *
     * @param progress gets a line now and then
     * @throws io.kubelab.failure.Unreachable if it isn't to be had, or is something else
     */
    void fetch(ReleasedFile file, Consumer<String> progress);

    /**
     * Writes the image for one architecture as an OCI image layout.
     *
     * @param layout an empty or missing directory
     * @throws io.kubelab.failure.Unreachable as above
     */
    void fetch(ReleasedImage image, Path layout, Consumer<String> progress);
}
