package io.kubelab.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.RecordShape;
import io.kubelab.render.Templates;
import io.kubelab.step.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs every file of {@code src/test/resources/cases}. */
final class StepCasesTest {
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final Map<String, Class<? extends Step>> STEPS = vocabulary();

    @TempDir Path temporary;

    private static Map<String, Class<? extends Step>> vocabulary() {
        var steps = new TreeMap<String, Class<? extends Step>>();
        Steps.all().forEach(type -> steps.put(RecordShape.snakeCase(type.getSimpleName()), type));
        return steps;
    }

    @TestFactory
    Stream<DynamicNode> everyCase() throws IOException {
        String only = System.getProperty("cases", "");
        var tests = new ArrayList<DynamicNode>();
        for (Path step : children(CASES)) {
            if (!Files.isDirectory(step)) {
                continue;
            }
            for (Path file : children(step)) {
                String name = CASES.relativize(file).toString().replace(".yml", "");
                if (name.startsWith(only)) {
                    tests.add(tests(name, file));
                }
            }
        }
        return tests.stream();
    }

    private DynamicNode tests(String name, Path file) {
        var tests = new ArrayList<DynamicTest>();
        tests.add(DynamicTest.dynamicTest("answer", () -> open(file).check()));
        tests.add(
                DynamicTest.dynamicTest(
                        "mutation",
                        () -> {
                            StepCase opened = open(file);
                            if (opened.isInOrder() || opened.mutation().isPresent()) {
                                assertThat(opened.mutation())
                                        .as("the mutation of a case that is in order")
                                        .isPresent();
                                opened.checkMutation();
                            }
                        }));
        return DynamicContainer.dynamicContainer(name, tests);
    }

    @Test
    void everyStepHasACaseThatIsInOrderAndOneThatIsNot() throws IOException {
        var lacking = new ArrayList<String>();
        for (String step : STEPS.keySet()) {
            var cases = new ArrayList<StepCase>();
            for (Path file : children(CASES.resolve(step))) {
                cases.add(open(file));
            }
            if (cases.stream().noneMatch(StepCase::isInOrder)) {
                lacking.add(step + ": no case is in order");
            }
            if (cases.stream().noneMatch(StepCase::isChange)) {
                lacking.add(step + ": no case needs, awaits or refuses anything");
            }
        }
        assertThat(lacking).isEmpty();
    }

    private StepCase open(Path file) throws IOException {
        String step = file.getParent().getFileName().toString();
        Class<? extends Step> type = STEPS.get(step);
        assertThat(type)
                .as("step '%s' of %s; known are %s", step, file, STEPS.keySet())
                .isNotNull();
        Mapping settings =
                (Mapping)
                        Yaml.parse("lab.yml", Files.readString(CASES.resolve("lab.yml")))
                                .getFirst();
        Templates templates = new FreemarkerTemplates(Path.of("templates"));
        return new StepCase(
                file, type, settings, templates, Files.createTempDirectory(temporary, step));
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }
}
