package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.util.Optional;

/**
 * The virtual machine's second disk on the virthost, if it shall have one ({@code
 * spare_disk_attach}): empty when it is made, of the size that {@code spare_disk_size_megs} says or
 * larger. One that nobody wants any more is kept for the day when somebody does.
 *
 * <pre>{@code
 * - machine_spare_disk
 * }</pre>
 */
public record MachineSpareDisk() implements Step {
    private static final long MEBIBYTE = 1L << 20;

    @Override
    public String title() {
        return "the machine has its spare disk";
    }

    @Override
    public Diff diff(Target target) {
        String machine = target.host().name();
        Optional<SpareDisk> wanted = SpareDisk.of(target, machine);
        if (wanted.isEmpty()) {
            return Diff.inOrder("it shall have none");
        }
        SpareDisk disk = wanted.get();
        target.askTogether(new FileText(disk.note()), new LibvirtListening(target));
        disk.check(target, machine);
        int mebibytes = target.settings().spareDisk().spareDiskSizeMegs();
        String size = mebibytes + "M";
        if (SpareDisk.made(target, machine).isEmpty()) {
            return Diff.needs(
                    new Change.PutFile(
                            disk.note(),
                            new Content.Text(disk.file() + "\n"),
                            FileAttributes.PUBLIC),
                    create(disk.file(), size));
        }
        Optional<Long> found = target.ask(new MachineDisk.VirtualSize(disk.file()));
        if (found.isEmpty()) {
            return new Diff.Needs(MachineRunning.whileOff(target, create(disk.file(), size)));
        }
        if (found.get() >= mebibytes * MEBIBYTE) {
            return Diff.inOrder("%d MiB in %s".formatted(found.get() / MEBIBYTE, disk.file()));
        }
        Change grow =
                MachineDisk.run(
                        Command.of("qemu-img", "resize", "-q", "-f", "qcow2", disk.file(), size));
        return new Diff.Needs(MachineRunning.whileOff(target, grow));
    }

    private static Change create(String file, String size) {
        String temporary = file + ".part";
        return MachineDisk.run(
                Command.of("qemu-img", "create", "-q", "-f", "qcow2", temporary, size)
                        .then(Command.of("mv", "-T", temporary, file)));
    }
}
