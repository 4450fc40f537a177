package io.kubelab.steps.general;

import io.kubelab.remote.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** apt-get, dpkg and dnf as kubelab calls them: none of its own others at the same time. */
final class PackageTool {
    /** By itself apt-get doesn't wait for another one. */
    static final List<String> APT_WAITS = List.of("-o", "DPkg::Lock::Timeout=300");

    static final Map<String, String> APT_ENVIRONMENT =
            Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C");

    private PackageTool() {}

    /** What a dpkg that was cut off has begun; before, apt-get does nothing. */
    static Command dpkgCompleted() {
        return alone("/var/lib/dpkg", List.of("dpkg", "--configure", "-a")).regardless();
    }

    static Command apt(String... arguments) {
        var argv = new ArrayList<>(List.of("apt-get"));
        argv.addAll(List.of(arguments));
        return alone("/var/lib/dpkg", argv);
    }

    static Command dnf(String... arguments) {
        var argv = new ArrayList<>(List.of("dnf", "--assumeyes"));
        argv.addAll(List.of(arguments));
        return alone("/etc/dnf", argv).withEnvironment(Map.of("LC_ALL", "C"));
    }

    private static Command alone(String directory, List<String> command) {
        var argv = new ArrayList<>(List.of("flock", directory));
        argv.addAll(command);
        return Command.of(argv);
    }
}
