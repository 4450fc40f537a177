package io.kubelab.steps.bundle;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a root file system is made from.
 *
 * @param name the item's name
 * @param suite of Debian: {@code trixie}
 * @param packages sorted, each once
 */
record RootPackages(String name, String suite, List<String> packages) {
    RootPackages {
        packages = packages.stream().distinct().sorted().toList();
    }

    /** With those of another one too. */
    RootPackages and(RootPackages other) {
        return new RootPackages(
                name, suite, Stream.concat(packages.stream(), other.packages.stream()).toList());
    }
}
