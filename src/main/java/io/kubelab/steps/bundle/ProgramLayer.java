package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Programs of several Go modules as one tar file, to be unpacked over a root file system.
 *
 * <pre>{@code
 * - program_layer: { item: node }
 * }</pre>
 *
 * @param item name of a layer in bundle.yml
 */
public record ProgramLayer(String item) implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Override
    public String title() {
        return "the programs of '%s' are one layer".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        Slot slot = artifacts.layerSlot(item);
        if (artifacts.contents(slot).isPresent()) {
            return Diff.inOrder("it has what was built");
        }
        return target.ask(new UnrecordedContents(slot.directory()))
                .map(made -> Diff.needs(made.written(slot.directory())))
                .orElseGet(() -> Diff.needs(make(artifacts, slot)));
    }

    /** The tree is of hard links: half a gigabyte is written once, into the tar file. */
    private Change make(Artifacts artifacts, Slot slot) {
        Path temporary = slot.temporary();
        Path tree = temporary.resolve("tree");
        Command make = Command.of("mkdir", "-p", tree.toString());
        for (Map.Entry<String, List<String>> place : artifacts.layer(item).entrySet()) {
            String into = tree.resolve(place.getKey()).toString();
            List<Path> programs =
                    place.getValue().stream().map(name -> artifacts.program(name).file()).toList();
            make =
                    make.then(Command.of("mkdir", "-p", into))
                            .then(Slot.command(List.of("ln", "-t", into), programs));
        }
        Command pack =
                Command.of(
                        "tar",
                        "--create",
                        "--file=" + temporary.resolve("layer.tar"),
                        "--sort=name",
                        "--mtime=@" + artifacts.layerTime(item),
                        "--owner=0",
                        "--group=0",
                        "--numeric-owner",
                        "--mode=u=rwx,go=rx",
                        "--directory=" + tree,
                        ".");
        return new Change.RunLong(
                slot.identity(),
                slot.built(make.then(pack).then(Slot.removed(tree.toString()))),
                LIMIT,
                "Its output says why; the programs must have been built before.");
    }
}
