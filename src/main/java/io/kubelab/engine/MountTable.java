package io.kubelab.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * Mount points as {@code /proc/self/mountinfo} lists them (proc_pid_mountinfo(5)): the fifth field
 * of each line, with octal escapes.
 */
record MountTable(List<String> points) {
    static MountTable parse(String mountinfo) {
        return new MountTable(
                mountinfo
                        .lines()
                        .map(line -> line.split(" ", 6))
                        .filter(fields -> fields.length == 6)
                        .map(fields -> unescape(fields[4]))
                        .toList());
    }

    /** The mount points at a path (canonical, absolute) and below it. */
    List<String> below(String path) {
        String real = Path.of(path).normalize().toString();
        return points.stream().filter(p -> p.equals(real) || p.startsWith(real + "/")).toList();
    }

    /** The directory that a path of a host is in. */
    static String parent(String path) {
        Path parent = Path.of(path).normalize().getParent();
        if (parent == null || !path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not a path below /");
        }
        return parent.toString();
    }

    static String name(String path) {
        Path name = Path.of(path).normalize().getFileName();
        if (name == null) {
            throw new IllegalArgumentException("'" + path + "' is not a path below /");
        }
        return name.toString();
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
