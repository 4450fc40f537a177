package io.kubelab.steps.bundle;

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

/**
 * The file that the setting {@code bundle_file} names holds everything that a cluster is made of,
 * with digests, to be carried to where there is no network.
 *
 * <pre>{@code
 * - exported_bundle
 * }</pre>
 */
public record ExportedBundle() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Override
    public String title() {
        return "a file holds all that a cluster is made of";
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        List<Slot> unbuilt = artifacts.unbuilt();
        if (!unbuilt.isEmpty()) {
            return new Diff.Pending(
                    unbuilt.getFirst().path() + " to be built",
                    Duration.ZERO,
                    new Diff.Wake.Every(Duration.ofSeconds(1)),
                    "Run 'kubelab bundle', which builds it.");
        }
        List<Slot> slots = artifacts.built();
        Path file = BundleFile.of(target);
        var wanted = BundleFile.Listing.of(slots, artifacts);
        return target.ask(new BundleFile.Listed(file))
                        .filter(found -> found.sorted().equals(wanted.sorted()))
                        .isPresent()
                ? Diff.inOrder("%d artifacts are in %s".formatted(slots.size(), file))
                : Diff.needs(
                        new Change.RunLong(
                                "export-" + Digest.of(List.of(file.toString())),
                                written(file, target.lab().places().cache(), slots, wanted),
                                LIMIT,
                                "There has to be room for it (some GiB); its output says why."));
    }

    /** To a temporary name beside it first: whoever finds the file finds all of it. */
    private static Command written(
            Path file, Path cache, List<Slot> slots, BundleFile.Listing listing) {
        String temporary = file + ".part";
        String directory = Slot.temporaries(cache).resolve("export").toString();
        var members = new ArrayList<String>();
        slots.forEach(slot -> members.add(slot.path()));
        var pack =
                new ArrayList<>(
                        List.of(
                                "tar",
                                "--create",
                                "--file=" + temporary,
                                "--sort=name",
                                "--owner=0",
                                "--group=0",
                                "--numeric-owner",
                                "--directory=" + directory,
                                BundleFile.LIST,
                                "--directory=" + cache));
        pack.addAll(members);
        return Slot.removed(temporary)
                .then(Command.of("mkdir", "-p", directory))
                .then(Command.of("cp", "/dev/stdin", directory + "/" + BundleFile.LIST))
                .then(Command.of(pack))
                .then(Slot.removed(directory))
                .then(Command.of("mv", "-T", temporary, file.toString()))
                .withInput(new Content.Text(listing.text()))
                .tidied(Slot.removed(temporary).then(Slot.removed(directory)));
    }
}
