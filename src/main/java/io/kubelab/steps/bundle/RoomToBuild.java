package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import io.kubelab.steps.facts.FreeSpace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Room in the workstation's cache for what has to be built. A build that was cut off has taken most
 * of it already.
 *
 * <pre>{@code
 * - room_to_build
 * }</pre>
 */
public record RoomToBuild() implements Requirement {
    /** MiB of Kubernetes' sources, objects and programs; most of it is given back. */
    private static final long LARGE = 10_000;

    /** MiB of anything else, or of the rest. */
    private static final long SMALL = 1_000;

    private static final String KUBERNETES = "kubernetes";

    /** See {@link Slot#compilerCaches}. */
    private static final String BEGUN = "build";

    @Override
    public String title() {
        return "this workstation has room to build";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        List<Slot> unbuilt = artifacts.unbuilt();
        if (unbuilt.isEmpty()) {
            return Diff.inOrder("everything is built");
        }
        Path cache = target.lab().places().cache();
        var entries = new DirectoryEntries(cache.toString());
        target.askTogether(entries, new FreeSpace());
        boolean begun = target.ask(entries).contains(BEGUN);
        long needed =
                !begun
                                && artifacts
                                        .madeHere()
                                        .contains(artifacts.goSlot(artifacts.goModule(KUBERNETES)))
                        ? LARGE
                        : SMALL;
        Optional<Long> free = target.ask(new FreeSpace()).at(cache.toString());
        if (free.isPresent() && free.get() < needed) {
            throw new InvalidInput(
                    "this workstation",
                    "%s has %d MiB of free space, and building needs %d; free some, or set XDG_CACHE_HOME to a directory where there is more"
                            .formatted(cache, free.get(), needed));
        }
        return Diff.inOrder(
                "%d MiB, of %s"
                        .formatted(needed, free.map(String::valueOf).orElse("unknown many")));
    }
}
