package io.kubelab.steps.bundle;

import java.util.List;

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
}
