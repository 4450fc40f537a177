package io.kubelab.steps.bundle;

import io.kubelab.release.ReleasedFile;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
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
        if (unrecorded.isPresent()) {
            return List.of(unrecorded.get().written(slot.directory()));
        }
        return module.source() instanceof GoSource.Fetched release
                ? fetched(release, slot)
                : List.of(build(module, slot));
    }

    /** What was fetched is looked at once more when it is used: it may have lain there for long. */
    private static List<Change> fetched(GoSource.Fetched release, Slot slot) {
        Path downloads = slot.downloads();
        var changes = new ArrayList<Change>();
        var list = new StringBuilder();
        Command install = Command.of("sha256sum", "--check", "--strict", "--quiet");
        for (PinnedFile file : release.files()) {
            Path download = downloads.resolve(file.sha256());
            changes.add(
                    new Change.FetchFile(new ReleasedFile(file.url(), file.sha256(), download)));
            list.append("%s  %s\n".formatted(file.sha256(), download));
            install = install.then(installed(file, download, slot.temporary()));
        }
        changes.add(
                new Change.RunLong(
                        slot.identity(),
                        slot.built(install)
                                .then(Slot.removed(downloads.toString()))
                                .withInput(new Content.Text(list.toString())),
                        LIMIT,
                        "Its output says why; what of it is there is fetched again if it isn't as it is pinned."));
        return changes;
    }

    private static Command installed(PinnedFile file, Path download, Path output) {
        if (file.members().isEmpty()) {
            return Command.of(
                    "install",
                    "--mode=0755",
                    "-T",
                    download.toString(),
                    output.resolve(file.programs().getFirst()).toString());
        }
        Path unpacked = output.resolve("unpacked");
        return Command.of("mkdir", unpacked.toString())
                .then(
                        Command.of(
                                "tar",
                                "--extract",
                                "--file=" + download,
                                "--no-same-owner",
                                "--directory=" + unpacked))
                .then(
                        Slot.command(
                                List.of("install", "--mode=0755", "-t", output.toString()),
                                file.members().stream().map(unpacked::resolve).toList()))
                .then(Slot.removed(unpacked.toString()));
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
                    case GoSource.Fetched _ ->
                            throw new IllegalArgumentException(module.name() + " is fetched");
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
