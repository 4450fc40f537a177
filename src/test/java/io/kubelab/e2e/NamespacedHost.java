package io.kubelab.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A host of namespaces that a process holds open, and kubelab on it, with itself as virthost.
 *
 * @param process whose namespaces they are
 * @param namespaces nsenter(1)'s options for them
 */
record NamespacedHost(long process, List<String> namespaces) {
    static NamespacedHost of(Process process, String... namespaces) {
        return new NamespacedHost(process.pid(), List.of(namespaces));
    }

    List<String> within(String... command) {
        var words = new ArrayList<>(List.of("nsenter", "--target", String.valueOf(process)));
        words.addAll(namespaces);
        words.add("--wd=" + Path.of("").toAbsolutePath());
        words.addAll(List.of(command));
        return List.copyOf(words);
    }

    Ran inside(Duration limit, String script) {
        return Ran.run(new ProcessBuilder(within("sh", "-ec", script)), limit).succeeds();
    }

    /**
     * {@code kubelab play}, as it has just been compiled.
     *
     * @param state where it remembers labs
     */
    ProcessBuilder play(String play, Path state, String... options) {
        var builder =
                new ProcessBuilder(
                        within(
                                Stream.concat(
                                                Stream.of(
                                                        Path.of(
                                                                        System.getProperty(
                                                                                "java.home"),
                                                                        "bin/java")
                                                                .toString(),
                                                        "-XX:TieredStopAtLevel=1",
                                                        "--enable-native-access=ALL-UNNAMED",
                                                        "-cp",
                                                        System.getProperty("java.class.path"),
                                                        "io.kubelab.cli.Main",
                                                        "play",
                                                        play,
                                                        "-e",
                                                        "domain_type=qemu"),
                                                Stream.of(options))
                                        .toArray(String[]::new)));
        builder.environment().put("XDG_STATE_HOME", state.toString());
        builder.environment().put("KUBELAB_HOME", Path.of("").toAbsolutePath().toString());
        return builder;
    }
}
