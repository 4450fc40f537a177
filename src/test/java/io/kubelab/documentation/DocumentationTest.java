package io.kubelab.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.playbook.StepDocumentation;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.settings.Predecessor;
import io.kubelab.step.Step;
import io.kubelab.steps.AllSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
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

    @Test
    void everySettingOfKubeAnsibleHasItsRow() throws IOException {
        GeneratedText.file(
                Path.of("docs/kube-ansible-settings.md"),
                """
                # Settings of kube-ansible in kubelab

                <!-- Made from src/main/resources/io/kubelab/settings/kube-ansible.yml by DocumentationTest; don't edit. -->

                Every variable that kube-ansible has read, from v0.1.8 to its last commit. What is implemented has its meaning and its default in
                [all.yml](../inventory/group_vars/all.yml); what is obsolete is read without effect, with a warning; what is refused is an error, since
                ignoring it would give another lab than was asked for. `PredecessorRowsTest` tries each row.

                | setting | what becomes of it | why |
                |---|---|---|
                """
                        + new Predecessor(new SnakeDocuments())
                                .all().entrySet().stream()
                                        .map(e -> row(e.getKey(), e.getValue()))
                                        .collect(Collectors.joining()));
    }

    private static String row(String key, Predecessor.Setting setting) {
        String fate =
                switch (setting.fate()) {
                    case IMPLEMENTED ->
                            setting.refusedValues().isEmpty()
                                    ? "implemented"
                                    : "implemented, but for some values";
                    case OBSOLETE -> "obsolete: a warning";
                    case REFUSED ->
                            setting.harmless().isEmpty()
                                    ? "refused"
                                    : "refused, but for `%s`"
                                            .formatted(String.join("`, `", setting.harmless()));
                };
        String why =
                Stream.concat(
                                setting.why().stream(),
                                new TreeMap<>(setting.refusedValues())
                                        .entrySet().stream()
                                                .map(e ->
                                                        "`%s`: %s"
                                                                .formatted(
                                                                        e.getKey(), e.getValue())))
                        .collect(Collectors.joining("; "));
        return "| `%s` | %s | %s |\n".formatted(key, fate, why.replace("|", "\\|"));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\");
    }
}
