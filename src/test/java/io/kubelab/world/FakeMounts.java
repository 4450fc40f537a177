package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is mounted on a host, for mount(8), umount(8) and /proc. */
final class FakeMounts {
    private final FakeHost host;
    private final List<Mount> mounts = new ArrayList<>();

    private record Mount(
            String point, String source, String type, String options, boolean shared) {}

    private FakeMounts(FakeHost host) {
        this.host = host;
        mounts.add(new Mount("/", "/dev/vda", "ext4", "rw", false));
        mounts.add(new Mount("/sys/fs/cgroup/unified", "cgroup2", "cgroup2", "rw", false));
    }

    static void model(FakeHost host) {
        var mounts = new FakeMounts(host);
        host.live("/proc/self/mountinfo", mounts::mountinfo);
        host.model("mount", mounts::mount);
        host.model("umount", mounts::umount);
        host.model("unshare", mounts::unshare);
    }

    private String mountinfo() {
        var text = new StringBuilder();
        for (int i = 0; i < mounts.size(); i++) {
            Mount m = mounts.get(i);
            text.append(
                    "%d 1 0:%d / %s rw %s- %s %s %s%n"
                            .formatted(
                                    20 + i,
                                    20 + i,
                                    m.point(),
                                    m.shared() ? "shared:%d ".formatted(i) : "",
                                    m.type(),
                                    m.source(),
                                    m.options()));
        }
        return text.toString();
    }

    /** The propagation of a mount, an overlay, or a directory over itself. */
    private CommandResult mount(FakeHost h, Program.Call call) {
        String target = call.words().getLast();
        host.tick("mount " + String.join(" ", call.words()));
        if (call.has("--make-shared") || call.has("--make-rshared") || call.has("--make-private")) {
            boolean shared = !call.has("--make-private");
            mounts.replaceAll(m ->
                    m.point().equals(target)
                            ? new Mount(m.point(), m.source(), m.type(), m.options(), shared)
                            : m);
        } else if (call.has("--bind")) {
            mounts.add(new Mount(target, "/dev/vda", "ext4", "rw", false));
        } else if (call.has("overlay")) {
            String options = call.option("-o");
            mounts.add(new Mount(target, "overlay", "overlay", options, true));
            String base = options.replaceFirst(".*lowerdir=([^,]*).*", "$1");
            for (String path : host.tree(base)) {
                host.put(target + path.substring(base.length()), host.at(path).orElseThrow());
            }
        } else {
            throw h.unmodelled("mount", call);
        }
        return prints("");
    }

    private CommandResult umount(FakeHost h, Program.Call call) {
        String target = call.words().getLast();
        host.tick("umount " + target);
        boolean overlay =
                mounts.stream()
                        .anyMatch(m -> m.point().equals(target) && m.type().equals("overlay"));
        if (!mounts.removeIf(m -> m.point().equals(target))) {
            return fails(32, "umount: %s: not mounted.\n".formatted(target));
        }
        if (overlay) {
            host.remove(target);
            host.put(target, new Item.Directory("755", "root:root"));
        }
        return prints("");
    }

    /** Commands in a mount namespace of their own: what they mount and unmount is not seen here. */
    private CommandResult unshare(FakeHost h, Program.Call call) {
        List<String> words = call.words();
        if (!words.subList(0, words.size() - 1)
                .equals(List.of("--mount", "--propagation", "slave", "sh", "-c"))) {
            throw h.unmodelled("unshare", call);
        }
        return Stream.of(words.getLast().split(" && "))
                .map(part -> List.of(part.split(" ")))
                .filter(argv -> !argv.getFirst().endsWith("mount"))
                .map(argv -> host.run(Command.of(argv)))
                .filter(result -> !result.ok())
                .findFirst()
                .orElse(prints(""));
    }
}
