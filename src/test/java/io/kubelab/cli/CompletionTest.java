package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.InvalidInput;
import io.kubelab.lab.LabLoader;
import io.kubelab.lab.LabRequest;
import io.kubelab.lab.LoadedLab;
import io.kubelab.settings.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompletionTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir Path directory;

    private final Completion completion =
            new Completion(
                    Main.commands(),
                    this::lab,
                    () -> List.of(Path.of("up.yml"), Path.of("down.yml")));

    @Test
    void commands() {
        assertThat(of("")).contains("up", "ssh", "completion").isSorted();
        assertThat(of("kube-")).containsExactly("kube-install", "kube-teardown");
        assertThat(of("nosuch", "x")).isEmpty();
    }

    @Test
    void optionsOfTheCommand() {
        assertThat(of("up", "--p")).containsExactly("--preview", "--prune");
        assertThat(of("kubeconfig", "--")).contains("--merge").doesNotContain("--credential");
    }

    @Test
    void machines() {
        assertThat(of("ssh", "kube-")).containsExactly("kube-master", "kube-node-1");
        assertThat(of("ssh", "-v", "kube-m")).containsExactly("kube-master");
        assertThat(of("ssh", "kube-master", "k")).isEmpty();
        assertThat(of("scp", "-r", "kube-m")).containsExactly("kube-master:");
        assertThat(of("scp", "/etc/k")).isEmpty();
    }

    @Test
    void patternsOfHosts() {
        assertThat(of("exec", "ma")).containsExactly("machines", "master", "master_slave");
        assertThat(of("exec", "nodes:!kube-n")).containsExactly("nodes:!kube-node-1");
        assertThat(of("up", "--limit", "kube-m")).containsExactly("kube-master");
    }

    @Test
    void settingsAndTheirWords() {
        assertThat(of("up", "-e", ""))
                .containsExactlyInAnyOrderElementsOf(
                        Catalogue.keys().stream().map(key -> key + "=").toList());
        assertThat(of("up", "-e", "pod_network_type="))
                .containsExactly("pod_network_type=flannel", "pod_network_type=multus");
        assertThat(of("up", "-e", "bridge_networking=t")).containsExactly("bridge_networking=true");
    }

    @Test
    void otherWords() {
        assertThat(of("status", "--output", "")).containsExactly("json", "text");
        assertThat(of("play", "u")).containsExactly("up");
        assertThat(of("completion", "")).containsExactly("bash", "fish", "zsh");
        assertThat(of("up", "-i", "")).as("a file").isEmpty();
    }

    @Test
    void aLabThatCantBeReadOffersNothing() {
        var broken =
                new Completion(
                        Main.commands(),
                        () -> {
                            throw new InvalidInput("inventory", "broken");
                        },
                        List::of);
        assertThat(broken.candidates(List.of("ssh", ""))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyShellTakesItsScript(CompletionCommand.Shell shell)
            throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("script"), shell.script());
        Process process;
        try {
            process = new ProcessBuilder(shell.word(), "-n", script.toString()).inheritIO().start();
        } catch (IOException e) {
            Assumptions.abort(shell.word() + " is not installed");
            return;
        }
        assertThat(process.waitFor()).isZero();
    }

    private List<String> of(String... words) {
        return completion.candidates(List.of(words));
    }

    private LoadedLab lab() {
        return new LabLoader(new SnakeDocuments())
                .load(
                        new LabRequest(
                                PROJECT,
                                PROJECT,
                                directory,
                                "amd64",
                                directory.resolve("state"),
                                directory.resolve("cache"),
                                List.of("inventory/virthost.inventory"),
                                List.of(),
                                Optional.empty()));
    }
}
