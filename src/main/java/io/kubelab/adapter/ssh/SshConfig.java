package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.inventory.Host.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How to log in to a host, all questions answered: what the inventory says wins, the user's
 * ssh_config(5) says the rest. It is read by {@code ssh -G}, which knows Include, Match and tokens,
 * as jsch's own parser does not; without an ssh program only the defaults hold.
 *
 * @param keys files; the first is the only one if it was named
 * @param jumps hosts to go through, outermost first, as {@code [user@]host[:port]}
 * @param proxyCommand a program that leads to the host; empty: none
 */
record SshConfig(
        String address,
        int port,
        String user,
        Optional<Path> namedKey,
        List<Path> keys,
        KeyRing.Offered offered,
        Optional<Path> agent,
        List<Path> knownHosts,
        KnownHosts.Names names,
        List<String> jumps,
        String proxyCommand) {
    private static final List<String> DEFAULT_KEYS =
            List.of("id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk");

    /** ssh takes the home of /etc/passwd, as Java does; $HOME may say another. */
    private static final Path PASSWD_HOME = Path.of(System.getProperty("user.home"));

    /** What {@code ssh} would do. */
    static SshConfig of(Access.Ssh access, LocalUser me) {
        Map<String, List<String>> said = ask(access, me);
        Path home = me.home();
        var keys = new ArrayList<Path>();
        said.getOrDefault("identityfile", List.of()).forEach(f -> keys.add(file(f, me)));
        if (keys.isEmpty()) {
            DEFAULT_KEYS.forEach(k -> keys.add(home.resolve(".ssh").resolve(k)));
        }
        var knownHosts = new ArrayList<Path>();
        for (String option : List.of("userknownhostsfile", "globalknownhostsfile")) {
            for (String line : said.getOrDefault(option, List.of())) {
                for (String file : line.split(" ", -1)) {
                    knownHosts.add(file(file, me));
                }
            }
        }
        if (knownHosts.isEmpty()) {
            knownHosts.add(me.ssh().resolve("known_hosts"));
            knownHosts.add(Path.of("/etc/ssh/ssh_known_hosts"));
        }
        String agent = first(said, "identityagent").orElse("SSH_AUTH_SOCK");
        return new SshConfig(
                first(said, "hostname").orElse(access.address()),
                access.port() > 0
                        ? access.port()
                        : first(said, "port").map(Integer::parseInt).orElse(22),
                access.user().isEmpty() ? first(said, "user").orElse(me.name()) : access.user(),
                access.privateKeyFile().isEmpty()
                        ? Optional.empty()
                        : Optional.of(me.expand(access.privateKeyFile())),
                List.copyOf(keys),
                first(said, "identitiesonly").filter("yes"::equals).isPresent()
                        ? KeyRing.Offered.FILES
                        : KeyRing.Offered.ALL,
                switch (agent) {
                    case "none" -> Optional.empty();
                    case "SSH_AUTH_SOCK" -> me.agent();
                    default -> Optional.of(me.expand(agent));
                },
                List.copyOf(knownHosts),
                first(said, "hashknownhosts").filter("yes"::equals).isPresent()
                        ? KnownHosts.Names.HASHED
                        : KnownHosts.Names.PLAIN,
                first(said, "proxyjump")
                        .filter(j -> !"none".equals(j))
                        .map(j -> List.of(j.split(",", -1)))
                        .orElse(List.of()),
                first(said, "proxycommand").filter(c -> !"none".equals(c)).orElse(""));
    }

    /** A machine that we made: nothing but what we know of it counts. */
    static SshConfig ofMachine(Access.Ssh access, LocalUser me) {
        return new SshConfig(
                access.address(),
                access.port() > 0 ? access.port() : 22,
                access.user(),
                Optional.of(me.expand(access.privateKeyFile())),
                List.of(),
                KeyRing.Offered.ONE,
                Optional.empty(),
                List.of(me.expand(access.knownHosts())),
                KnownHosts.Names.PLAIN,
                List.of(),
                "");
    }

    /** The same, through other hosts. */
    SshConfig through(List<String> hosts) {
        return new SshConfig(
                address,
                port,
                user,
                namedKey,
                keys,
                offered,
                agent,
                knownHosts,
                names,
                hosts,
                proxyCommand);
    }

    /** {@code [user@]host[:port]} as an inventory would say it. */
    static Access.Ssh jump(String text) {
        int at = text.lastIndexOf('@');
        String user = at < 0 ? "" : text.substring(0, at);
        String rest = text.substring(at + 1);
        int colon = rest.lastIndexOf(':');
        boolean port =
                colon > 0
                        && (rest.indexOf(':') == colon || rest.startsWith("["))
                        && !rest.endsWith("]");
        String address = (port ? rest.substring(0, colon) : rest).replaceAll("[\\[\\]]", "");
        return new Access.Ssh(
                address, port ? Integer.parseInt(rest.substring(colon + 1)) : 0, user, "", "", "");
    }

    private static Path file(String name, LocalUser me) {
        Path file = me.expand(name);
        return file.startsWith(PASSWD_HOME)
                ? me.home().resolve(PASSWD_HOME.relativize(file))
                : file;
    }

    private static Optional<String> first(Map<String, List<String>> said, String option) {
        return said.getOrDefault(option, List.of()).stream().findFirst();
    }

    private static Map<String, List<String>> ask(Access.Ssh access, LocalUser me) {
        var said = new HashMap<String, List<String>>();
        if (access.address().startsWith("-")) {
            return said;
        }
        var argv = new ArrayList<>(List.of("ssh", "-G"));
        Path own = me.ssh().resolve("config");
        if (!me.home().equals(PASSWD_HOME) && Files.isReadable(own)) {
            argv.addAll(List.of("-F", own.toString()));
        }
        if (!access.user().isEmpty()) {
            argv.addAll(List.of("-l", access.user()));
        }
        argv.add(access.address());
        try {
            Process ssh =
                    new ProcessBuilder(argv)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .start();
            try (var output = ssh.inputReader(UTF_8)) {
                output.lines()
                        .map(line -> line.split(" ", 2))
                        .filter(words -> words.length == 2)
                        .forEach(words ->
                                said.computeIfAbsent(
                                                words[0].toLowerCase(Locale.ROOT),
                                                _ -> new ArrayList<>())
                                        .add(words[1]));
            }
            if (!ssh.waitFor(5, TimeUnit.SECONDS) || ssh.exitValue() != 0) {
                said.clear();
            }
        } catch (IOException e) {
            said.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            said.clear();
        }
        return said;
    }
}
