package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The programs of one Go module of {@code bundle/}.
 *
 * <pre>{@code
 * - go_binary: { item: kubernetes, version: "${kube_version}" }
 * }</pre>
 *
 * @param item name of a Go module in bundle.yml
 * @param version what it must be, with or without {@code v}; left out: whatever go.mod says
 */
public record GoBinary(String item, Optional<String> version) implements Step {
    private static final Duration LIMIT = Duration.ofHours(2);

    @Override
    public String title() {
        return item + " is built from its Go module";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        GoModule module = artifacts.goModule(item);
        version.ifPresent(wanted -> refuseOther(wanted, artifacts.version(item), module));
        Slot slot = artifacts.goSlot(module);
        if (artifacts.contents(slot).isPresent()) {
            return Diff.inOrder("%s %s is built".formatted(item, module.version()).strip());
        }
        return target.ask(new UnrecordedContents(slot.directory()))
                .map(built -> Diff.needs(built.written(slot.directory())))
                .orElseGet(() -> Diff.needs(build(target, artifacts, module, slot)));
    }

    private void refuseOther(String wanted, String pinned, GoModule module) {
        if (!pinned.equals(wanted.startsWith("v") ? wanted.substring(1) : wanted)) {
            throw new InvalidInput(
                    module.mark().toString(),
                    "%s %s is what is pinned here, not %s; ask for %s, or pin the other (bundle/bundle.yml tells how)"
                            .formatted(item, pinned, wanted, pinned));
        }
    }

    private static Change build(Target target, Artifacts artifacts, GoModule module, Slot slot) {
        Path source = target.lab().places().home().resolve("bundle").resolve(module.name());
        Command build =
                Command.of(command(source, slot.temporary(), module))
                        .withEnvironment(
                                environment(
                                        target.lab().places().cache(),
                                        artifacts.architecture(),
                                        module));
        return new Change.RunLong(
                slot.identity(),
                slot.built(build),
                LIMIT,
                "Its output says why. 'go env GOPROXY' is where modules come from; what was compiled is kept, so run the same command again.");
    }

    /** {@code -v} names each package as it is compiled: the progress. */
    private static List<String> command(Path source, Path output, GoModule module) {
        var flags = new ArrayList<>(List.of("-s", "-w"));
        if (!module.cgo().isEmpty()) {
            flags.add("-extldflags=-static");
        }
        module.variables().forEach((name, value) -> flags.add("-X=" + name + "=" + value));
        var argv =
                new ArrayList<>(
                        List.of(
                                "go",
                                "build",
                                "-C",
                                source.toString(),
                                "-v",
                                "-mod=readonly",
                                "-modcacherw",
                                "-trimpath",
                                "-buildvcs=false",
                                "-tags=" + String.join(",", module.tags()),
                                "-ldflags=" + flags.stream().collect(Collectors.joining(" ")),
                                "-o",
                                output + "/"));
        argv.addAll(module.packages());
        return argv;
    }

    private static Map<String, String> environment(
            Path cache, String architecture, GoModule module) {
        Path caches = Slot.compilerCaches(cache);
        return new TreeMap<>(
                Map.of(
                        "GOOS",
                        "linux",
                        "GOARCH",
                        architecture,
                        "CGO_ENABLED",
                        module.cgo().contains(architecture) ? "1" : "0",
                        "GOWORK",
                        "off",
                        "GOPATH",
                        caches.resolve("go").toString(),
                        "GOMODCACHE",
                        caches.resolve("go-mod").toString(),
                        "GOCACHE",
                        caches.resolve("go-build").toString()));
    }
}
