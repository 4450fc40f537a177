package io.kubelab.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kubelab.playbook.StepDocumentation;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.step.Step;
import io.kubelab.steps.AllSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users read about steps is made from the steps themselves. */
class DocumentationTest {
    @Test
    void everyStepCanBeNamedInAPlay() {
        var steps =
                new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages("io.kubelab")
                                .stream()
                                .filter(c -> c.isAssignableTo(Step.class) && c.isRecord())
                                .map(c -> c.getName())
                                .toList();
        assertThat(AllSteps.ALL.stream().map(Class::getName).toList())
                .containsExactlyInAnyOrderElementsOf(steps);
    }

    @Test
    void thePropertiesSayWhatTheDocCommentsSay() throws IOException {
        GeneratedText.file(
                Path.of("src/main/resources/io/kubelab/playbook/steps.properties"),
                "# Made from the steps' doc comments by DocumentationTest; don't edit.\n"
                        + new DocComments(Path.of("src/main/java"))
                                .of(AllSteps.ALL).entrySet().stream()
                                        .map(e -> e.getKey() + "=" + escaped(e.getValue()) + "\n")
                                        .collect(Collectors.joining()));
    }

    @Test
    void everyStepAndEveryArgumentIsDocumented() throws IOException {
        var documentation =
                new StepDocumentation(new DocComments(Path.of("src/main/java")).of(AllSteps.ALL));
        List<String> silent =
                new Vocabulary(AllSteps.ALL)
                        .words(documentation).stream()
                                .flatMap(word ->
                                        Stream.concat(
                                                Stream.of(word)
                                                        .filter(w -> w.says().isEmpty())
                                                        .map(Vocabulary.Word::name),
                                                word.arguments().stream()
                                                        .filter(a -> a.says().isEmpty())
                                                        .map(a -> word.name() + "." + a.name())))
                                .toList();
        assertThat(silent).isEmpty();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\");
    }
}
