package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.Privilege;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an artifact lies in the workstation's cache. It is built in a temporary directory that gets
 * its name when everything is in it: whoever finds the directory finds all of it.
 *
 * @param name of the item, and a digest of all that it is made from
 */
record Slot(Path cache, Kind kind, String name) implements Comparable<Slot> {
    static Path temporaries(Path cache) {
        return cache.resolve("tmp");
    }

    /** What compilers keep; not needed once everything is built. */
    static Path compilerCaches(Path cache) {
        return cache.resolve("build");
    }

    private Path parent() {
        return cache.resolve(kind.directory());
    }

    Path directory() {
        return parent().resolve(name);
    }

    /** Below the cache. */
    String path() {
        return kind.directory() + "/" + name;
    }

    /** Of one of its files, below the cache. */
    String path(String file) {
        return path() + "/" + file;
    }

    Path file(String path) {
        return directory().resolve(path);
    }

    Path temporary() {
        return temporaries(cache).resolve(kind.directory() + "-" + name);
    }

    /** For what is fetched to be made into it; stays until it is. */
    Path downloads() {
        return temporaries(cache).resolve("fetched").resolve(kind.directory() + "-" + name);
    }

    /** The same for all who build the same into the same cache: the second waits for the first. */
    String identity() {
        return "build-%s-%s".formatted(name, Digest.of(List.of(directory().toString())));
    }

    /** The command, which writes to {@link #temporary}, between those that make and rename it. */
    Command built(Command build) {
        String temporary = temporary().toString();
        return removed(temporary)
                .then(Command.of("mkdir", "-p", temporary, parent().toString()))
                .then(build)
                .then(removed(directory().toString()))
                .then(Command.of("mv", "-T", temporary, directory().toString()))
                .withEnvironment(build.environment());
    }

    /**
     * As {@link #built}, by a command that takes root's rights. Root's own leftovers must lie where
     * root removes them: in the slot; others' in /tmp. What root makes for others is theirs.
     */
    Command builtByRoot(Privilege privilege, List<String> words) {
        String temporary = temporary().toString();
        var argv =
                new ArrayList<>(
                        privilege == Privilege.ROOT
                                ? List.of("env", "TMPDIR=" + temporary)
                                : privilege.words());
        argv.addAll(words);
        Command made = Command.of(argv);
        if (privilege != Privilege.ROOT) {
            var given = new ArrayList<>(privilege.words());
            given.addAll(
                    List.of("chown", "-R", "--reference=" + temporary().getParent(), temporary));
            made = made.then(Command.of(given));
        }
        return built(made);
    }

    static Command removed(String path) {
        return Command.of("rm", "-rf", "--one-file-system", path);
    }

    /** One command with a list of paths at its end. */
    static Command command(List<String> words, List<Path> paths) {
        var argv = new ArrayList<>(words);
        paths.forEach(path -> argv.add(path.toString()));
        return Command.of(argv);
    }

    @Override
    public int compareTo(Slot other) {
        return directory().compareTo(other.directory());
    }
}
