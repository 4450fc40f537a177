package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A user with a home and a checkout of kubelab. Artifacts come from the machine's real cache, since
 * they take a quarter of an hour; everything else is the user's own and forgotten at the end.
 */
final class Workstation implements AutoCloseable {
    static final String USER = "ann";
    static final String PASSWORD = "open sesame";

    /** What kubelab must never start, here or on the virthost. */
    private static final List<String> FORBIDDEN = List.of("virsh", "ansible", "virt-install");

    /**
     * Puts the user's home where this process' user has its own (ssh asks the password file, not
     * $HOME, where that is), but for the caches of kubelab and Maven.
     */
    private static final String AT_HOME =
            """
            home=$1 real=$2
            shift 2
            for cache in .cache .m2; do
              mkdir -p "$real/$cache" "$home/$cache"
              mount --bind "$real/$cache" "$home/$cache"
            done
            mount --rbind "$home" "$real"
            echo
            exec sleep infinity
            """;

    /**
     * An account of the workstation's own: this machine's accounts are seen, and not touched. Its
     * sudo wants the password each time. What was lent of the cache stays whose it is.
     */
    private static final String ORDINARY =
            """
            directory=$1 name=$2 password=$3
            mkdir "$directory/etc"
            mount -t tmpfs -o mode=755 etc "$directory/etc"
            mkdir "$directory/etc/upper" "$directory/etc/work"
            mount -t overlay -o "lowerdir=/etc,upperdir=$directory/etc/upper,workdir=$directory/etc/work" etc /etc
            mkdir -p /run/sudo
            mount -t tmpfs -o mode=711 sudo /run/sudo
            useradd --no-create-home --home-dir "$directory/home" --shell /bin/sh "$name"
            echo "$name:$password" | chpasswd
            echo "Defaults timestamp_timeout=0, lecture=never
            $name ALL=(ALL) ALL" > /etc/sudoers.d/kubelab-test
            chmod 711 "$directory"
            find "$directory/home" "$directory/kubelab" ! \\( -type f -links +1 \\) -exec chown -h "$name:" {} +
            echo
            exec sleep infinity
            """;

    /** Nothing but a change of directory can be done between nsenter(1) and the command. */
    private static final String IN_CHECKOUT = "cd \"$1\" && shift && exec \"$@\"";

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Path directory;
    private final boolean ordinary;
    private @Nullable Process login;
    private final Map<String, String> environment = new TreeMap<>();

    private Workstation(Path directory, boolean ordinary) {
        this.directory = directory;
        this.ordinary = ordinary;
        environment.put("PATH", directory.resolve("traps") + ":" + System.getenv("PATH"));
        environment.put("KUBELAB_JAVA_HOME", System.getProperty("java.home"));
    }

    /** With kubelab as it has just been built, and the files beside it that a clone has. */
    static Workstation withThisBuild() {
        return withThisBuild(make(false));
    }

    /**
     * The same for {@link #USER}, who isn't root but may sudo with {@link #PASSWORD}, and whose
     * artifacts are what this machine's cache has now.
     */
    static Workstation ofSudoer() {
        Workstation workstation = withThisBuild(make(true));
        workstation.lend(workstation.home().resolve(".cache"));
        return workstation;
    }

    private static Workstation withThisBuild(Workstation workstation) {
        Path checkout = workstation.checkout();
        run("mkdir", checkout.toString());
        run(
                "cp",
                "-a",
                "inventory",
                "playbooks-equivalent",
                "templates",
                "bundle",
                "kubelab",
                checkout.toString());
        run("mkdir", checkout.resolve("target").toString());
        run("cp", "-a", "target/kubelab.jar", "target/lib", checkout.resolve("target").toString());
        return workstation;
    }

    /** With a clean clone, nothing built. */
    static Workstation withClone() {
        Workstation workstation = make(false);
        run("git", "clone", "-q", PROJECT.toString(), workstation.checkout().toString());
        return workstation;
    }

    private static Workstation make(boolean ordinary) {
        try {
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-user-");
            var workstation = new Workstation(directory, ordinary);
            Files.createDirectories(workstation.home().resolve(".ssh"));
            Files.createDirectories(directory.resolve("traps"));
            for (String program : FORBIDDEN) {
                workstation.trap(directory.resolve("traps").resolve(program));
            }
            return workstation;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that notes that it was called. */
    private void trap(Path program) throws IOException {
        Files.writeString(
                program, "#!/bin/sh\necho \"$0 $*\" >> '%s'\nexit 1\n".formatted(trapped()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path trapped() {
        return directory.resolve("trapped");
    }

    /** Calls of programs that kubelab must never start. */
    List<String> trappedCalls() {
        try {
            return Files.exists(trapped()) ? Files.readAllLines(trapped()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return directory.resolve("home");
    }

    Path checkout() {
        return directory.resolve("kubelab");
    }

    void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The user's artifacts are the machine's, but what is made or removed from now on is the user's
     * own affair.
     */
    void hasOwnCache() {
        Path cache = directory.resolve("cache");
        environment.put("XDG_CACHE_HOME", cache.toString());
        lend(cache);
        run(
                "sh",
                "-c",
                "[ ! -d \"$1/build\" ] || ln -s \"$1/build\" \"$2/kubelab/build\"",
                "sh",
                realCache().toString(),
                cache.toString());
    }

    /** Files are linked, so that it takes no time. */
    private static void lend(Path cache) {
        run(
                "sh",
                "-c",
                """
                mkdir -p "$2/kubelab"
                cd "$1" || exit 0
                for kind in go image layer root; do
                  [ ! -d $kind ] || cp -al $kind "$2/kubelab/" 2>/dev/null || cp -a $kind "$2/kubelab/"
                done
                """,
                "sh",
                realCache().toString(),
                cache.toString());
    }

    static Path realCache() {
        String set = System.getenv("XDG_CACHE_HOME");
        return (set == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(set))
                .resolve("kubelab");
    }

    /**
     * The user has a key to the virthost, knows its host key and has an inventory that names it.
     */
    void mayUse(TestVirthost virthost) {
        Path keys = home().resolve(".ssh");
        write(keys.resolve("known_hosts"), virthost.knownHost() + "\n");
        run("cp", "-p", virthost.key().toString(), keys.resolve("id_ed25519").toString());
        write(
                checkout().resolve("inventory/there.inventory"),
                """
                the_virthost ansible_host=%s ansible_port=%d ansible_user=%s ansible_ssh_private_key_file=%s

                [virthost]
                the_virthost
                """
                        .formatted(
                                virthost.address(),
                                TestVirthost.PORT,
                                TestVirthost.USER,
                                "~/.ssh/id_ed25519"));
    }

    /** {@code ./kubelab ARGUMENTS} in the checkout; arguments in the words of a shell. */
    Ran kubelab(Duration limit, String arguments) {
        Ran ran = shell(limit, "./kubelab " + arguments);
        System.out.print(ran);
        return ran;
    }

    /** {@code kubelab ssh MACHINE}: a command for the shell of a machine of the one lab. */
    Ran ssh(Duration limit, String machine, String command) {
        return ssh(limit, machine, "", command);
    }

    /**
     * @param lab the options that name it, where there are several
     */
    Ran ssh(Duration limit, String machine, String lab, String command) {
        return kubelab(
                limit, "ssh %s %s -- '%s'".formatted(lab, machine, command.replace("'", "'\\''")));
    }

    /** A line for the shell, typed in the checkout. */
    Ran shell(Duration limit, String line) {
        return Ran.run(process("sh", "-c", line), limit);
    }

    /** {@code ./kubelab ARGUMENTS}, which runs until it is killed. */
    Started starts(String arguments) {
        return Started.start(process("sh", "-c", "exec ./kubelab " + arguments));
    }

    /** The same at a terminal. */
    Terminal terminal(String line) {
        return Terminal.open(
                process("script", "--quiet", "--return", "--command", line, "/dev/null"));
    }

    /**
     * The process whose mounts are the user's. There is one for all commands, so that what one
     * mounts on this machine is there for the next.
     */
    private synchronized Process login() {
        if (login == null) {
            try {
                var mounts =
                        new ArrayList<>(
                                List.of(
                                        "unshare",
                                        "--mount",
                                        "--propagation",
                                        "private",
                                        "sh",
                                        "-ec"));
                mounts.addAll(
                        ordinary
                                ? List.of(ORDINARY, "sh", directory.toString(), USER, PASSWORD)
                                : List.of(
                                        AT_HOME,
                                        "sh",
                                        home().toString(),
                                        System.getProperty("user.home")));
                login =
                        new ProcessBuilder(mounts)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start();
                assertThat(login.getInputStream().read()).as("the user's mounts").isEqualTo('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return login;
    }

    private ProcessBuilder process(String... command) {
        var all =
                new ArrayList<>(
                        List.of("nsenter", "--mount=/proc/%d/ns/mnt".formatted(login().pid())));
        if (ordinary) {
            all.addAll(
                    List.of(
                            "setpriv",
                            "--reuid=" + USER,
                            "--regid=" + USER,
                            "--init-groups",
                            "env",
                            "HOME=" + home(),
                            "USER=" + USER,
                            "LOGNAME=" + USER));
        }
        all.addAll(List.of("sh", "-c", IN_CHECKOUT, "sh", checkout().toString()));
        all.addAll(List.of(command));
        var builder = new ProcessBuilder(all).directory(checkout().toFile());
        builder.environment().keySet().removeIf(k -> k.matches("(KUBELAB|SSH|SUDO)_.*"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static void run(String... command) {
        Ran.run(Duration.ofMinutes(1), command).succeeds();
    }

    @Override
    public void close() {
        if (login != null) {
            login.destroyForcibly().onExit().join();
        }
        run("rm", "-rf", directory.toString());
        assertThat(directory).doesNotExist();
    }
}
