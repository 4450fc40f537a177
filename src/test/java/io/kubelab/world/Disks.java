package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Disks of virtual machines on a host: a clone says what it is a clone of and how large it is; an
 * image is an archive of what is on it.
 */
final class Disks {
    private static final Pattern CLONE = Pattern.compile("clone of (\\S+), (\\d+) MiB");

    private Disks() {}

    /** qemu-img(1) with {@code create}, {@code info} and {@code resize}. */
    static CommandResult qemuImg(FakeHost host, Program.Call call) {
        String last = call.words().getLast();
        return switch (call.words().getFirst()) {
            case "create" -> {
                String base = call.option("-b");
                if (base.isEmpty()) {
                    yield written(host, call.words().get(call.words().size() - 2), "-", last);
                }
                String disk = call.words().get(call.words().size() - 2);
                yield host.at(base).isEmpty()
                        ? fails(1, "qemu-img: %s: no such file\n".formatted(base))
                        : written(host, disk, base, last);
            }
            case "resize" -> {
                String disk = call.words().get(call.words().size() - 2);
                yield base(host, disk)
                        .map(base -> written(host, disk, base, last))
                        .orElseGet(() -> fails(1, "qemu-img: no clone\n"));
            }
            case "info" ->
                    clone(host, last)
                            .map(m -> Long.parseLong(m.group(2)))
                            .map(size ->
                                    prints(
                                            "image: %s\nvirtual size: %d MiB (%d bytes)\n"
                                                    .formatted(last, size, size << 20)))
                            .orElseGet(() -> fails(1, "qemu-img: Could not open\n"));
            default -> throw host.unmodelled("qemu-img", call);
        };
    }

    /** The image that a disk is a clone of. */
    static Optional<String> base(FakeHost host, String disk) {
        return clone(host, disk).map(m -> m.group(1));
    }

    private static Optional<Matcher> clone(FakeHost host, String disk) {
        return host.at(disk)
                .map(item ->
                        item instanceof Item.RegularFile(Content.Text(String text), _, _, _)
                                ? text
                                : "")
                .map(CLONE::matcher)
                .filter(Matcher::matches);
    }

    /**
     * @param size 10G or 10240M
     */
    private static long mebibytes(String size) {
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return size.endsWith("G") ? number << 10 : number;
    }

    private static CommandResult written(FakeHost host, String disk, String base, String size) {
        host.tick("make disk " + disk);
        host.put(
                disk,
                new Item.RegularFile(
                        new Content.Text("clone of %s, %s MiB".formatted(base, mebibytes(size))),
                        "644",
                        "root:root",
                        Instant.EPOCH));
        return prints("");
    }
}
