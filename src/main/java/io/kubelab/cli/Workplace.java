package io.kubelab.cli;

import io.kubelab.adapter.console.RunLog;
import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Privilege;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What kubelab takes from where it was called.
 *
 * @param directory the working directory
 * @param userHome the caller's home directory
 * @param architecture of this machine, in Go's and Debian's word: {@code amd64}
 * @param program the folder of the launcher; empty if it was not used
 * @param called how the user called it: {@code kubelab} or a path to it, after sudo where what it
 *     made is root's
 */
record Workplace(
        Path directory,
        Path userHome,
        String architecture,
        Map<String, String> environment,
        Optional<Path> program,
        String called) {
    private static final List<String> FOLDERS =
            List.of("inventory", "playbooks-equivalent", "templates");

    static Workplace ofProcess() {
        return new Workplace(
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("user.home")),
                architecture(System.getProperty("os.arch")),
                System.getenv(),
                Optional.ofNullable(System.getProperty("kubelab.program")).map(Path::of),
                called(
                        System.getProperty("kubelab.called", "kubelab"),
                        System.getenv(),
                        Privilege.ofThisProcess()));
    }

    /** Java's word in Go's and Debian's. */
    private static String architecture(String java) {
        return java.equals("aarch64") ? "arm64" : java;
    }

    static String called(String typed, Map<String, String> environment, Privilege privilege) {
        int slash = typed.lastIndexOf('/');
        boolean onPath =
                slash >= 0
                        && List.of(environment.getOrDefault("PATH", "").split(":"))
                                .contains(typed.substring(0, slash));
        boolean roots = privilege == Privilege.ROOT && environment.containsKey("SUDO_USER");
        return (roots ? "sudo " : "") + (onPath ? typed.substring(slash + 1) : typed);
    }

    /**
     * The folder that holds inventory, playbooks and templates: the one that was asked for, else
     * the working directory if it has all three, else the one beside the program.
     *
     * @param asked value of {@code --home}
     * @throws InvalidInput if a folder that was asked for lacks one of the three
     */
    Path home(Optional<String> asked) {
        Optional<String> named = asked.or(() -> variable("KUBELAB_HOME"));
        if (named.isPresent()) {
            Path home = directory.resolve(named.get()).normalize();
            if (!isHome(home)) {
                throw new InvalidInput(
                        asked.isPresent() ? "--home" : "KUBELAB_HOME",
                        "'%s' lacks one of the folders %s"
                                .formatted(named.get(), String.join(", ", FOLDERS)));
            }
            return home;
        }
        if (isHome(directory)) {
            return directory;
        }
        return program.filter(Workplace::isHome)
                .orElseThrow(() ->
                        new InvalidInput(
                                "--home",
                                "the folders %s are neither here nor beside the program; say where they are"
                                        .formatted(String.join(", ", FOLDERS))));
    }

    private static boolean isHome(Path folder) {
        return FOLDERS.stream().allMatch(name -> Files.isDirectory(folder.resolve(name)));
    }

    /** Artifacts; safe to delete (XDG Base Directory Specification). */
    Path cache() {
        return xdg("XDG_CACHE_HOME", ".cache");
    }

    /** What kubelab must not forget (XDG Base Directory Specification). */
    Path state() {
        return xdg("XDG_STATE_HOME", ".local/state");
    }

    /** The logs of a lab's runs; they outlive the lab. */
    Path logs(String lab) {
        return state().resolve("logs").resolve(lab);
    }

    /** The last of them; empty if there is none. */
    Optional<Path> lastLog(String lab) {
        try {
            return RunLog.latest(logs(lab));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path xdg(String name, String otherwise) {
        return variable(name)
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(userHome.resolve(otherwise))
                .resolve("kubelab");
    }

    /** An environment variable that is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
