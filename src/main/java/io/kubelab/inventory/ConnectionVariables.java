package io.kubelab.inventory;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.Spelling;
import io.kubelab.inventory.Host.Access;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ansible's variables for how a host is reached, {@code ansible_*}, as an {@link Access}. */
public final class ConnectionVariables {
    private static final String ARGS = "ansible_ssh_common_args";

    private static final Set<String> USED =
            Set.of(
                    "ansible_host",
                    "ansible_ssh_host",
                    "ansible_port",
                    "ansible_ssh_port",
                    "ansible_user",
                    "ansible_ssh_user",
                    "ansible_connection",
                    "ansible_ssh_private_key_file",
                    "ansible_private_key_file",
                    ARGS);

    private static final Set<String> PASSWORDS =
            Set.of(
                    "ansible_password",
                    "ansible_ssh_pass",
                    "ansible_ssh_password",
                    "ansible_become_pass",
                    "ansible_become_password",
                    "ansible_sudo_pass");

    private static final Map<String, String> WITHOUT_EFFECT =
            Map.ofEntries(
                    Map.entry("ansible_become", "kubelab becomes root by sudo where it has to"),
                    Map.entry("ansible_become_method", "kubelab becomes root by sudo"),
                    Map.entry("ansible_become_user", "kubelab becomes root by sudo"),
                    Map.entry("ansible_python_interpreter", "no Python is needed on a host"),
                    Map.entry("ansible_shell_type", "every host has a POSIX sh"),
                    Map.entry("ansible_pipelining", "a host has one session for the whole run"),
                    Map.entry("ansible_ssh_pipelining", "a host has one session for the whole run"),
                    Map.entry("ansible_ssh_args", "write such options into ~/.ssh/config"),
                    Map.entry("ansible_ssh_extra_args", "write such options into ~/.ssh/config"),
                    Map.entry("ansible_ssh_executable", "kubelab speaks SSH itself"),
                    Map.entry("ansible_host_key_checking", "host keys are always checked"),
                    Map.entry("ansible_ssh_host_key_checking", "host keys are always checked"),
                    Map.entry("ansible_ssh_timeout", "time limits belong to the steps"),
                    Map.entry("ansible_timeout", "time limits belong to the steps"));

    private static final Pattern JUMP =
            Pattern.compile("-J\\s*(\\S+)|-o\\s*ProxyJump[=\\s]\\s*[\"']?([^\"'\\s]+)");

    private final Set<String> hosts;
    private final Path userHome;
    private final Problems problems;
    private final Problems warnings;

    /**
     * @param hosts names of the inventory's hosts: one of them can be jumped through
     * @param userHome what {@code ~} means in the name of a key file
     */
    public ConnectionVariables(
            Set<String> hosts, Path userHome, Problems problems, Problems warnings) {
        this.hosts = hosts;
        this.userHome = userHome;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Whether a variable says how a host is reached, and is no setting. */
    public static boolean owns(String key) {
        return key.startsWith("ansible_");
    }

    /** Refuses what is no variable of a connection, or must not be written. */
    public void check(Entry variable) {
        String key = variable.key().text();
        Mark place = variable.key().mark();
        if (PASSWORDS.contains(key)) {
            problems.add(
                    place,
                    "'%s': passwords aren't read from files or arguments; kubelab logs in by key and asks for sudo's password with -K"
                            .formatted(key));
        } else if (WITHOUT_EFFECT.containsKey(key)) {
            warnings.add(place, "'%s' has no effect: %s".formatted(key, WITHOUT_EFFECT.get(key)));
        } else if (!USED.contains(key)) {
            var known = new TreeSet<>(USED);
            known.addAll(WITHOUT_EFFECT.keySet());
            problems.add(place, "unknown variable '" + key + "'" + Spelling.hint(key, known));
        } else if (!(variable.value() instanceof Scalar)) {
            problems.add(
                    variable.value().mark(),
                    "'%s' must be a single value, not %s".formatted(key, variable.value().kind()));
        }
    }

    /**
     * @param variables all that hold for the host, later wins
     */
    public Access access(String host, List<Entry> variables) {
        Map<String, Scalar> values = new HashMap<>();
        for (Entry variable : variables) {
            if (variable.value() instanceof Scalar value && !value.isNull()) {
                values.put(variable.key().text(), value);
            }
        }
        Optional<Scalar> connection = first(values, "ansible_connection");
        String kind = connection.map(Scalar::text).orElse("ssh");
        if (kind.equals("local")) {
            return new Access.Local();
        }
        if (connection.isPresent()
                && !Set.of("ssh", "smart", "paramiko", "paramiko_ssh").contains(kind)) {
            problems.add(
                    connection.get().mark(),
                    "'ansible_connection' is 'ssh' or 'local', not '" + kind + "'");
        }
        if (host.equals(Inventory.WORKSTATION)) {
            problems.add(host, "is this workstation; write 'ansible_connection=local' beside it");
        }
        return new Access.Ssh(
                text(values, "ansible_host", "ansible_ssh_host").orElse(host),
                port(first(values, "ansible_port", "ansible_ssh_port")),
                text(values, "ansible_user", "ansible_ssh_user").orElse(""),
                text(values, "ansible_ssh_private_key_file", "ansible_private_key_file")
                        .map(this::expanded)
                        .orElse(""),
                first(values, ARGS).map(this::via).orElse(""),
                "");
    }

    private int port(Optional<Scalar> written) {
        if (written.isEmpty()) {
            return 0;
        }
        String text = written.get().text();
        if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535) {
            return Integer.parseInt(text);
        }
        problems.add(
                written.get().mark(),
                "'ansible_port' must be a number from 1 to 65535, not '" + text + "'");
        return 0;
    }

    /** A jump through a host of the inventory is understood, by its inventory name. */
    private String via(Scalar args) {
        Matcher jump = JUMP.matcher(args.text());
        String host = jump.find() ? first(jump).replaceFirst("^.*@", "") : "";
        if (hosts.contains(host)) {
            return host;
        }
        warnings.add(
                args.mark(),
                "'%s' has no effect: machines are reached through their virthost, and any other jump belongs into ~/.ssh/config (ProxyJump)"
                        .formatted(ARGS));
        return "";
    }

    private static String first(Matcher jump) {
        return jump.group(1) == null ? jump.group(2) : jump.group(1);
    }

    private String expanded(String path) {
        return path.startsWith("~/") ? userHome.resolve(path.substring(2)).toString() : path;
    }

    private static Optional<String> text(Map<String, Scalar> values, String... keys) {
        return first(values, keys).map(Scalar::text).filter(t -> !t.isEmpty());
    }

    private static Optional<Scalar> first(Map<String, Scalar> values, String... keys) {
        for (String key : keys) {
            Scalar value = values.get(key);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
