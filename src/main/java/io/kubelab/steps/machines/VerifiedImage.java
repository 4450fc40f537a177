package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Optional;

/**
 * An image of the virthost, as it was verified; empty if it isn't there, or isn't as it was then.
 * Its record says its size and time of last change: whoever writes to it changes these, and then it
 * is compared by its digest, which takes seconds for each gigabyte.
 *
 * @param path absolute
 */
public record VerifiedImage(String path) implements Fact.OfHost<Optional<VerifiedImage.Found>> {
    /**
     * @param digest {@code sha256:} or {@code sha512:} and lower-case hex
     * @param format in QEMU's word: {@code qcow2} or {@code raw}
     */
    public record Found(String digest, String format) {}

    @Override
    public Command command() {
        return Command.of("stat", "--format", "%s %.9Y", path)
                .then(Command.of("cat", path + ".verified"));
    }

    @Override
    public Optional<Found> parse(CommandResult result) {
        String[] lines = result.out().split("\n", -1);
        if (!result.ok() || lines.length < 2) {
            return Optional.empty();
        }
        String[] words = lines[1].split(" ", -1);
        return words.length == 4 && lines[0].equals(words[1] + " " + words[2])
                ? Optional.of(new Found(words[0], words[3]))
                : Optional.empty();
    }
}
