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

/**
 * A user with a home and a checkout of kubelab. Artifacts come from the machine's real cache, since
 * they take a quarter of an hour; everything else is the user's own and forgotten at the end.
 */
final class Workstation implements AutoCloseable {
    /** What kubelab must never start, here or on the virthost. */
    private static final List<String> FORBIDDEN = List.of("virsh", "ansible", "virt-install");

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();

    private Workstation(Path directory) {
        this.directory = directory;
        environment.put("HOME", home().toString());
        environment.put("XDG_CACHE_HOME", cache().toString());
        environment.put("XDG_STATE_HOME", home().resolve(".local/state").toString());
        environment.put("PATH", directory.resolve("traps") + ":" + System.getenv("PATH"));
        environment.put("KUBELAB_JAVA_HOME", System.getProperty("java.home"));
    }

    private static Path cache() {
        String set = System.getenv("XDG_CACHE_HOME");
        return set != null && !set.isEmpty()
                ? Path.of(set)
                : Path.of(System.getProperty("user.home"), ".cache");
    }

    /** With kubelab as it has just been built, and the files beside it that a clone has. */
    static Workstation withThisBuild() {
        Workstation workstation = make();
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
        Workstation workstation = make();
        run("git", "clone", "-q", PROJECT.toString(), workstation.checkout().toString());
        Path wrapper = Path.of(System.getProperty("user.home"), ".m2");
        if (Files.isDirectory(wrapper)) {
            // Maven's downloads are a cache like ours
            run("ln", "-s", wrapper.toString(), workstation.home().resolve(".m2").toString());
        }
        return workstation;
    }

    private static Workstation make() {
        try {
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "kubelab-user-");
            var workstation = new Workstation(directory);
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

    /** {@code ./kubelab ARGUMENTS} in the checkout; arguments in the words of a shell. */
    Ran kubelab(Duration limit, String arguments) {
        Ran ran = shell(limit, "./kubelab " + arguments);
        System.out.print(ran);
        return ran;
    }

    /** A line for the shell, typed in the checkout. */
    Ran shell(Duration limit, String line) {
        return Ran.run(process(List.of("sh", "-c", line)), limit);
    }

    /** The same at a terminal. */
    Terminal terminal(String line) {
        return Terminal.open(process(List.of()), line);
    }

    private ProcessBuilder process(List<String> command) {
        var builder = new ProcessBuilder(new ArrayList<>(command)).directory(checkout().toFile());
        builder.environment()
                .keySet()
                .removeIf(k -> k.startsWith("KUBELAB_") || k.startsWith("SSH_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static void run(String... command) {
        Ran.run(Duration.ofMinutes(1), command).succeeds();
    }

    @Override
    public void close() {
        run("rm", "-rf", directory.toString());
        assertThat(directory).doesNotExist();
    }
}
