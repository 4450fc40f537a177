package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The cache has everything that a cluster is made of, from the file that the setting {@code
 * bundle_file} names. Nothing of the file is used before its digests were verified.
 *
 * <pre>{@code
 * - imported_bundle
 * }</pre>
 */
public record ImportedBundle() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Override
    public String title() {
        return "the cache has what the bundle file holds";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        Path file = BundleFile.of(target);
        Optional<BundleFile.Listing> found = target.ask(new BundleFile.Listed(file));
        List<Slot> wanted = artifacts.unbuilt();
        if (wanted.isEmpty()) {
            return Diff.inOrder("%d artifacts are there".formatted(artifacts.built().size()));
        }
        BundleFile.Listing listing =
                found.orElseThrow(() ->
                        new InvalidInput(
                                file.toString(),
                                "there is no such file, or it is not what 'kubelab bundle export' writes"));
        List<Problem> lacking =
                wanted.stream()
                        .filter(slot -> !listing.has(slot))
                        .map(slot -> new Problem(file.toString(), lacks(slot)))
                        .toList();
        if (!lacking.isEmpty()) {
            throw new InvalidInput(lacking);
        }
        return Diff.needs(
                new Change.RunLong(
                        "import-" + Digest.of(List.of(file.toString())),
                        unpacked(file, target.lab().places().cache(), wanted, listing),
                        LIMIT,
                        "Its output says why. A file of which a digest differs was damaged on its way: carry it anew."));
    }

    private static String lacks(Slot slot) {
        return "it lacks %s: another version of kubelab made it, or one with other settings; export it again where they are the same"
                .formatted(slot.path());
    }

    private static Command unpacked(
            Path file, Path cache, List<Slot> slots, BundleFile.Listing listing) {
        Path temporary = Slot.temporaries(cache).resolve("import");
        var unpack =
                new ArrayList<>(
                        List.of(
                                "tar",
                                "--extract",
                                "--file=" + file,
                                "--no-same-owner",
                                "--directory=" + temporary));
        var parents = new TreeSet<String>();
        for (Slot slot : slots) {
            unpack.add(slot.path());
            parents.add(cache.resolve(slot.kind().directory()).toString());
        }
        var makeParents = new ArrayList<>(List.of("mkdir", "-p"));
        makeParents.addAll(parents);
        Command command =
                Slot.removed(temporary.toString())
                        .then(Command.of("mkdir", "-p", temporary.toString()))
                        .then(Command.of(unpack))
                        .then(
                                Command.of(
                                        "env",
                                        "--chdir=" + temporary,
                                        "sha256sum",
                                        "--check",
                                        "--strict",
                                        "--quiet"))
                        .then(Command.of(makeParents));
        for (Slot slot : slots) {
            command =
                    command.then(Slot.removed(slot.directory().toString()))
                            .then(
                                    Command.of(
                                            "mv",
                                            "-T",
                                            temporary.resolve(slot.path()).toString(),
                                            slot.directory().toString()));
        }
        return command.then(Slot.removed(temporary.toString()))
                .withInput(new Content.Text(listing.only(slots).text()))
                .tidied(Slot.removed(temporary.toString()));
    }
}
