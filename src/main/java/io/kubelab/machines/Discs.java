package io.kubelab.machines;

import io.kubelab.remote.Content;
import java.util.SortedMap;

/** Makes images of discs. */
public interface Discs {
    /**
     * An ISO 9660 image with Joliet names.
     *
     * @param label volume identifier
     * @param files name → text, all of it secret
     * @return the same bytes for the same files
     */
    Content.SecretBytes iso(String label, SortedMap<String, String> files);
}
