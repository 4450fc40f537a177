package io.kubelab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with JDKs and a Maven that only say that they were called. */
class LauncherTest {
    private static final String SYSTEM_PATH = "/usr/bin:/bin";

    @TempDir Path folder;
    Path here;

    record Result(int exit, String out, String err) {}

    @BeforeEach
    void checkout() throws IOException {
        here = Files.createDirectories(folder.resolve("a checkout"));
        Files.copy(Path.of("kubelab"), here.resolve("kubelab"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(here.resolve("src/main"));
        Files.createDirectories(here.resolve(".m2/wrapper"));
        Files.writeString(here.resolve("pom.xml"), "<project/>");
        program(
                here.resolve("mvnw"),
                """
                echo built >>built; mkdir -p target; sleep 0.2; echo jar >target/kubelab.jar
                """);
    }

    @Test
    void buildsOnFirstUseAndNotAgain() throws Exception {
        Path jdk = jdk("jdk", "25.0.3");
        Result first = run(Map.of("KUBELAB_JAVA_HOME", jdk.toString()), "a b", "c");
        assertThat(first.err()).contains("building itself");
        assertThat(first.exit()).isZero();
        assertThat(first.out()).contains("jdk ran").contains("<a b> <c>");
        Result second = run(Map.of("KUBELAB_JAVA_HOME", jdk.toString()));
        assertThat(second.err()).isEmpty();
        assertThat(Files.readAllLines(here.resolve("built"))).hasSize(1);
    }

    @Test
    void buildsAgainAfterAChange() throws Exception {
        Path jdk = jdk("jdk", "25");
        run(Map.of("KUBELAB_JAVA_HOME", jdk.toString()));
        Path source = Files.writeString(here.resolve("src/main/A.java"), "class A {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
        run(Map.of("KUBELAB_JAVA_HOME", jdk.toString()));
        assertThat(Files.readAllLines(here.resolve("built"))).hasSize(2);
    }

    @Test
    void buildsOnceForTwoCallsAtOnce() throws Exception {
        Path jdk = jdk("jdk", "25");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var environment = Map.of("KUBELAB_JAVA_HOME", jdk.toString());
            var one = threads.submit(() -> run(environment));
            var two = threads.submit(() -> run(environment));
            assertThat(exit(one)).isZero();
            assertThat(exit(two)).isZero();
        }
        assertThat(Files.readAllLines(here.resolve("built"))).hasSize(1);
    }

    @Test
    void tellsWhyABuildFailedAndLeavesNothingHalfMade() throws Exception {
        program(
                here.resolve("mvnw"),
                "mkdir -p target; touch target/kubelab.jar; echo no such plugin; exit 1\n");
        Result result = run(Map.of("KUBELAB_JAVA_HOME", jdk("jdk", "25").toString()));
        assertThat(result.exit()).isEqualTo(69);
        assertThat(result.err()).contains("no such plugin", "the build failed");
        assertThat(here.resolve("target/kubelab.jar")).doesNotExist();
    }

    @Test
    void takesTheFirstJdkThatIsNewEnough() throws Exception {
        Path old = jdk("old", "17.0.15");
        Path right = jdk("right", "26-ea");
        assertThat(run(Map.of("JAVA_HOME", right.toString())).out()).contains("right ran");
        assertThat(
                        run(Map.of(
                                        "JAVA_HOME",
                                        old.toString(),
                                        "PATH",
                                        right.resolve("bin") + ":" + SYSTEM_PATH))
                                .out())
                .doesNotContain("old ran");
        jdk("a checkout/jre", "25");
        assertThat(run(Map.of("JAVA_HOME", right.toString())).out()).contains("a checkout/jre ran");
    }

    @Test
    void refusesANamedJdkThatIsTooOld() throws Exception {
        Path old = jdk("old", "17.0.15");
        Result result = run(Map.of("KUBELAB_JAVA_HOME", old.toString()));
        assertThat(result.exit()).isEqualTo(69);
        assertThat(result.err()).contains("KUBELAB_JAVA_HOME=" + old, "25");
    }

    @Test
    void followsSymbolicLinks() throws Exception {
        Path links = Files.createDirectories(folder.resolve("links/bin"));
        Files.createSymbolicLink(links.resolve("kubelab"), Path.of("../other"));
        Files.createSymbolicLink(folder.resolve("links/other"), here.resolve("kubelab"));
        Result result =
                run(
                        List.of(links.resolve("kubelab").toString()),
                        Map.of("KUBELAB_JAVA_HOME", jdk("jdk", "25").toString()));
        assertThat(result.out()).contains("<-Dkubelab.program=" + here.toRealPath() + ">");
    }

    @Test
    void whoCalledBySudoAndOwnsTheFolderStaysThatPerson() throws Exception {
        Path world = Files.createDirectories(folder.resolve("world"));
        program(world.resolve("id"), "echo ${uid:-0}\n");
        program(world.resolve("stat"), "echo ann\n");
        program(world.resolve("getent"), "echo ann:x:1000:1000::/home/ann:/bin/sh\n");
        program(
                world.resolve("setpriv"),
                """
                echo "$@" > %s
                while [ "$1" != env ]; do shift; done
                export uid=1000
                exec "$@"
                """
                        .formatted(world.resolve("called")));
        var environment =
                Map.of(
                        "KUBELAB_JAVA_HOME", jdk("jdk", "25").toString(),
                        "PATH", world + ":" + SYSTEM_PATH,
                        "HOME", "/root",
                        "SUDO_UID", "1000",
                        "SUDO_GID", "1000");
        var anns = new HashMap<>(environment);
        anns.put("SUDO_USER", "ann");
        assertThat(run(anns, "a b").out()).contains("<-Duser.home=/home/ann>").contains("<a b>");
        assertThat(Files.readString(world.resolve("called")))
                .startsWith("--reuid=1000 --regid=1000 --init-groups")
                .contains("--ambient-caps=+setuid,+setgid");
        var bobs = new HashMap<>(environment);
        bobs.put("SUDO_USER", "bob");
        assertThat(run(bobs).out()).contains("<-Duser.home=/root>");
    }

    private static int exit(java.util.concurrent.Future<Result> result)
            throws InterruptedException, ExecutionException {
        return result.get().exit();
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(jdk.resolve("bin"));
        program(jdk.resolve("bin/java"), "echo '" + name + " ran'; printf '<%s> ' \"$@\"; echo\n");
        program(jdk.resolve("bin/javac"), "exit 1\n");
        Files.writeString(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\n"
                        .formatted(version, version));
        return jdk;
    }

    private static void program(Path path, String script) throws IOException {
        Files.writeString(
                path,
                "#!/bin/sh\n" + script,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(
                path, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of(here.resolve("kubelab").toString()));
        command.addAll(List.of(arguments));
        return run(command, environment);
    }

    private Result run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", SYSTEM_PATH);
        builder.environment().put("HOME", here.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, err);
    }
}
