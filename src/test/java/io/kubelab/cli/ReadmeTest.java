package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.kubelab.documentation.GeneratedText;
import io.kubelab.playbook.StepDocumentation;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.steps.AllSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** README says what the program says. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    @Test
    void listsTheCommands() throws IOException {
        GeneratedText.section(
                README,
                "commands",
                table(
                        "command",
                        Main.commands().stream()
                                .map(c -> "`%s` | %s".formatted(c.name(), c.summary()))));
    }

    @Test
    void listsTheExitCodes() throws IOException {
        GeneratedText.section(
                README,
                "exit-codes",
                table(
                        "status",
                        Stream.concat(
                                Stream.of(ExitCode.values())
                                        .map(c -> "%d | %s".formatted(c.status(), c.meaning())),
                                Stream.of("69 | the launcher found no JDK, or the build failed"))));
    }

    @Test
    void listsTheSteps() throws IOException {
        GeneratedText.section(
                README,
                "steps",
                table(
                        "step",
                        new Vocabulary(AllSteps.ALL)
                                .words(StepDocumentation.shipped()).stream()
                                        .map(w -> "`%s` | %s".formatted(w.name(), w.says()))));
    }

    /** Each can be parsed; a story runs them. */
    @TestFactory
    Stream<DynamicTest> commandsAreUnderstood() throws IOException {
        List<String> lines =
                Files.readAllLines(README).stream()
                        .filter(line -> line.matches("\\$ (sudo )?(\\./)?kubelab .*"))
                        .toList();
        assertThat(lines).isNotEmpty();
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> assertUnderstood(line)));
    }

    private static void assertUnderstood(String line) {
        String[] words =
                line.replaceFirst("\\$ (sudo )?(\\./)?kubelab ", "")
                        .replaceFirst(" < .*", "")
                        .split(" ");
        assertThatNoException()
                .isThrownBy(() -> Program.model(Main.commands(), List.of(words)).parseArgs(words));
    }

    private static String table(String first, Stream<String> rows) {
        return "| %s | |\n|---|---|\n".formatted(first)
                + rows.map(row -> "| " + row + " |\n").collect(Collectors.joining());
    }
}
