package io.kubelab.steps.bundle;

import java.util.Locale;

/** What an artifact is; each kind has a directory of the cache. */
enum Kind {
    /** Programs of a Go module. */
    GO,
    /** A root file system of packages, as a tar file. */
    ROOT,
    /** Programs as a tar file. */
    LAYER,
    /** A disk that boots, with a root file system and programs on it. */
    DISK,
    /** A container image, as an OCI layout. */
    IMAGE;

    String directory() {
        return name().toLowerCase(Locale.ROOT);
    }
}
