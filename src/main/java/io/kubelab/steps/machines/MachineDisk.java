package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The virtual machine's disk on the virthost: a linked clone, a qcow2 file over an image that all
 * machines share, of the size that {@code set_root_disk_gb} says or larger. A machine keeps the
 * image that it was made from.
 *
 * <pre>{@code
 * - machine_disk
 * }</pre>
 */
public record MachineDisk() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final FileAttributes DIRECTORY = new FileAttributes("0755", "root:root");
    private static final long GIBIBYTE = 1L << 30;

    /**
     * What the guest sees of a disk, in bytes (qemu-img(1) {@code info}); empty if there is none.
     */
    record VirtualSize(String path) implements Fact.OfHost<Optional<Long>> {
        private static final Pattern SIZE =
                Pattern.compile("^virtual size: .*\\((\\d+) bytes\\)$", Pattern.MULTILINE);

        @Override
        public Command command() {
            return Command.of("qemu-img", "info", "--force-share", path)
                    .withEnvironment(Map.of("LC_ALL", "C"));
        }

        @Override
        public Optional<Long> parse(CommandResult result) {
            return Optional.of(result.out())
                    .map(SIZE::matcher)
                    .filter(Matcher::find)
                    .map(m -> Long.parseLong(m.group(1)));
        }
    }

    /**
     * What the disk is a clone of.
     *
     * @param format in QEMU's word
     */
    private record Base(String path, String format) {
        private static final String QCOW2 = "qcow2";

        static Base of(Target target) {
            return WantedImage.of(target)
                    .map(WantedImage::path)
                    .map(path ->
                            new Base(
                                    path,
                                    target.ask(new VerifiedImage(path))
                                            .map(VerifiedImage.Found::format)
                                            .orElse(QCOW2)))
                    .orElseGet(() -> new Base(BaseDisk.path(target), QCOW2));
        }
    }

    @Override
    public String title() {
        return "the machine has a disk";
    }

    @Override
    public Diff diff(Target target) {
        MachinePlaces places = MachinePlaces.of(target);
        int gibibytes = target.settings().machines().setRootDiskGb();
        target.askTogether(new VirtualSize(places.disk()), new LibvirtListening(target));
        Optional<Long> size = target.ask(new VirtualSize(places.disk()));
        if (size.isEmpty()) {
            return Diff.needs(
                    new Change.MakeDirectory(places.directory(), DIRECTORY),
                    clone(Base.of(target), places.disk(), gibibytes + "G"));
        }
        if (size.get() >= gibibytes * GIBIBYTE) {
            return Diff.inOrder("%d GiB".formatted(size.get() / GIBIBYTE));
        }
        Change grow =
                run(
                        Command.of(
                                "qemu-img",
                                "resize",
                                "-f",
                                "qcow2",
                                places.disk(),
                                gibibytes + "G"));
        // the guest's cloud-init lets its file system grow when it starts
        return new Diff.Needs(MachineRunning.whileOff(target, grow));
    }

    /** To a temporary name first: whoever finds the file finds all of it. */
    private static Change clone(Base base, String disk, String size) {
        String temporary = disk + ".part";
        return run(
                Command.of(
                                "qemu-img",
                                "create",
                                "-q",
                                "-f",
                                "qcow2",
                                "-F",
                                base.format(),
                                "-b",
                                base.path(),
                                temporary,
                                size)
                        .then(Command.of("mv", "-T", temporary, disk)));
    }

    static Change run(Command command) {
        return new Change.Run(
                command,
                LIMIT,
                "Its output says why; a disk can't be made smaller than it is or than its image (set_root_disk_gb), and its directory has to be there (spare_disk_location).");
    }
}
