package io.kubelab.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * libvirt's modular daemons for a release of Debian, whose binary packages leave them out ({@code
 * src/test/resources/e2e/modular-libvirt.sh}).
 */
final class ModularLibvirt {
    private static final Duration COMPILING = Duration.ofMinutes(30);
    private static final List<String> DAEMONS = List.of("virtlxcd", "virtnetworkd", "virtqemud");

    private ModularLibvirt() {}

    /**
     * Compiles them.
     *
     * @param suite Debian's word for the release, whose libraries the virthost has
     * @param into an empty directory, which gets {@code sbin} and systemd's {@code units}
     */
    static void make(String suite, Path into) {
        Ran.run(
                        COMPILING,
                        Stream.concat(
                                        Stream.of(
                                                "sh",
                                                "src/test/resources/e2e/modular-libvirt.sh",
                                                "make",
                                                into.toString(),
                                                suite),
                                        DAEMONS.stream())
                                .toArray(String[]::new))
                .succeeds();
    }
}
