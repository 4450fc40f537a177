package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a Go module's programs come into the cache. Compilers keep what they have compiled, so that
 * one line that changed costs one package and the linker.
 */
record GoBuild(Target target, Artifacts artifacts) {
    private static final Duration LIMIT = Duration.ofHours(2);
    private static final String MODULES =
            "Its output says why. 'go env GOPROXY' is where modules come from; what was compiled is kept, so run the same command again.";

    /** What is missing; empty if the programs are there and no older ones of the same tree. */
    List<Change> changes(GoModule module) {
        Slot slot = artifacts.goSlot(module);
        if (artifacts.contents(slot).isPresent()) {
            return older(module, slot);
        }
        Optional<Contents> unrecorded = target.ask(new UnrecordedContents(slot.directory()));
        return List.of(
                unrecorded
                        .map(built -> built.written(slot.directory()))
                        .orElseGet(() -> build(module, slot)));
    }

    /** A tree that is worked on would fill the cache. */
    private List<Change> older(GoModule module, Slot slot) {
        if (!(module.source() instanceof GoSource.Directory tree)) {
            return List.of();
        }
        String prefix = Artifacts.treePrefix(module, tree);
        return target.ask(new CachedDirectories(target.lab().places().cache())).stream()
                .filter(d -> d.startsWith(slot.directory().resolveSibling("")))
                .filter(d -> String.valueOf(d.getFileName()).startsWith(prefix))
                .filter(d -> !d.equals(slot.directory()))
                .<Change>map(Change.RemoveLocalFile::new)
                .toList();
    }

    private Change build(GoModule module, Slot slot) {
        Command go =
                switch (module.source()) {
                    case GoSource.Pinned _ -> pinned(module, slot.temporary());
                    case GoSource.Directory d -> tree(module, d.directory(), slot.temporary());
                    case GoSource.Released r -> released(module, r, slot.temporary());
                };
        return new Change.RunLong(
                slot.identity(),
                slot.built(go.withEnvironment(environment(module))),
                LIMIT,
                module.source() instanceof GoSource.Directory(Path directory, _)
                        ? "Mend it in %s and run the same command again; no node was touched."
                                .formatted(directory)
                        : MODULES);
    }

    private Command pinned(GoModule module, Path output) {
        Path source = target.lab().places().home().resolve("bundle").resolve(module.name());
        var argv = new ArrayList<>(List.of("go", "build", "-C", source.toString()));
        argv.addAll(options(module));
        argv.addAll(List.of("-mod=readonly", "-o", output + "/"));
        argv.addAll(module.packages());
        return Command.of(argv);
    }

    private static Command tree(GoModule module, Path directory, Path output) {
        var argv = new ArrayList<>(List.of("go", "build", "-C", directory.toString()));
        argv.addAll(options(module));
        argv.addAll(List.of("-o", output.resolve(module.name()).toString()));
        argv.addAll(module.packages());
        return Command.of(argv);
    }

    /**
     * From a module that asks for it and is thrown away: {@code go install} wants to see the list
     * of all releases as well, which some proxies refuse.
     */
    private static Command released(GoModule module, GoSource.Released release, Path output) {
        Path asking = output.resolve("asking");
        var argv = new ArrayList<>(List.of("go", "build", "-C", asking.toString()));
        argv.addAll(options(module));
        argv.addAll(List.of("-mod=mod", "-o", output + "/"));
        argv.addAll(module.packages());
        return Command.of("mkdir", asking.toString())
                .then(Command.of("go", "mod", "init", "-C", asking.toString(), "kubelab.io/asking"))
                .then(
                        Command.of(
                                "go",
                                "mod",
                                "edit",
                                "-require=%s@%s".formatted(release.module(), release.version()),
                                asking.resolve("go.mod").toString()))
                .then(Command.of(argv))
                .then(Slot.removed(asking.toString()));
    }

    /** {@code -v} names each package as it is compiled: the progress. */
    private static List<String> options(GoModule module) {
        var flags = new ArrayList<>(List.of("-s", "-w"));
        if (!module.cgo().isEmpty()) {
            flags.add("-extldflags=-static");
        }
        module.variables().forEach((name, value) -> flags.add("-X=" + name + "=" + value));
        return List.of(
                "-v",
                "-modcacherw",
                "-trimpath",
                "-buildvcs=false",
                "-tags=" + String.join(",", module.tags()),
                "-ldflags=" + String.join(" ", flags));
    }

    private Map<String, String> environment(GoModule module) {
        Path caches = Slot.compilerCaches(target.lab().places().cache());
        String architecture = artifacts.architecture();
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
