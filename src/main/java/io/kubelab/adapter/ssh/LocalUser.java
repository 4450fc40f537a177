package io.kubelab.adapter.ssh;

import io.kubelab.remote.Privilege;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Who runs kubelab, and where this person's things are.
 *
 * @param home holds .ssh
 * @param agent the socket of the ssh-agent
 * @param runtime a directory of this user for sockets
 * @param privilege on this machine
 * @param variables the environment, for ssh's own {@code %}-tokens and the terminal
 */
public record LocalUser(
        String name,
        Path home,
        Optional<Path> agent,
        Path runtime,
        Privilege privilege,
        Map<String, String> variables) {
    public LocalUser {
        variables = Map.copyOf(variables);
    }

    /**
     * @param environment as {@link System#getenv()} gives it
     */
    public static LocalUser of(Map<String, String> environment) {
        return new LocalUser(
                System.getProperty("user.name"),
                Path.of(environment.getOrDefault("HOME", System.getProperty("user.home"))),
                Optional.ofNullable(environment.get("SSH_AUTH_SOCK"))
                        .filter(s -> !s.isEmpty())
                        .map(Path::of),
                Path.of(
                        environment.getOrDefault(
                                "XDG_RUNTIME_DIR", System.getProperty("java.io.tmpdir"))),
                Privilege.ofThisProcess(),
                environment);
    }

    boolean isRoot() {
        return privilege == Privilege.ROOT;
    }

    Path ssh() {
        return home.resolve(".ssh");
    }

    /** {@code ~/x} is a file of the home directory. */
    Path expand(String file) {
        return file.startsWith("~/") ? home.resolve(file.substring(2)) : Path.of(file);
    }
}
