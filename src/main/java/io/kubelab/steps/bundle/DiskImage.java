package io.kubelab.steps.bundle;

import io.kubelab.remote.Privilege;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The disk that virtual machines boot from, made of packages and the bundle's programs ({@code
 * image: build:debian-13}, or another one).
 *
 * <pre>{@code
 * - disk_image: { item: node }
 * }</pre>
 *
 * @param item name of a disk in bundle.yml
 */
public record DiskImage(String item) implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Override
    public String title() {
        return "the disk '%s' of virtual machines is made".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        DiskParts parts = artifacts.diskParts(item);
        Slot slot = artifacts.diskSlot(parts);
        if (artifacts.contents(slot).isPresent()) {
            return Diff.inOrder("it is made of " + parts.root());
        }
        Path script = target.lab().places().home().resolve("bundle").resolve(parts.script());
        List<String> words =
                List.of(
                        "sh",
                        script.toString(),
                        artifacts.rootTar(parts.root()).toString(),
                        artifacts.layerTar(parts.layer()).toString(),
                        slot.temporary().toString());
        return target.ask(new UnrecordedContents(slot.directory()))
                .map(made -> Diff.needs(made.written(slot.directory())))
                .orElseGet(() -> Diff.needs(make(slot, target.ask(new Superuser()), words)));
    }

    private static Change make(Slot slot, Privilege privilege, List<String> words) {
        return new Change.RunLong(
                slot.identity(),
                slot.builtByRoot(privilege, words),
                LIMIT,
                "Its output says why. It needs root (or sudo without a password), loop devices, and 6 GB of free space in the cache.");
    }
}
