package io.kubelab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No template is decoration; that each renders is shown by the cases of the steps. */
class TemplatesTest {
    private static final Path TEMPLATES = Path.of("templates");
    private static final Path PLAYS = Path.of("playbooks-equivalent");
    private static final String ENDING = ".ftl";

    /**
     * The last part of a path in a string: some steps name a template after the file it becomes.
     */
    private static final Pattern IN_JAVA = Pattern.compile("\"[a-z0-9./_-]*/([a-z0-9._-]+)\"");

    private static final Pattern IN_PLAYS = Pattern.compile("template: *\"?([a-z0-9/._-]+)");

    @Test
    void everyTemplateIsUsed() {
        Set<String> inPlays = found(IN_PLAYS, PLAYS).collect(Collectors.toSet());
        Set<String> inJava = found(IN_JAVA, Path.of("src/main/java")).collect(Collectors.toSet());
        assertThat(templates())
                .allMatch(name ->
                        inPlays.contains(name)
                                || inJava.contains(name.substring(name.lastIndexOf('/') + 1)));
    }

    @Test
    void everyTemplateThatAPlayNamesIsThere() {
        assertThat(templates()).containsAll(found(IN_PLAYS, PLAYS).toList());
    }

    @Test
    void everyTemplateEndsInFtl() {
        assertThat(files(TEMPLATES)).allMatch(file -> file.toString().endsWith(ENDING));
    }

    private static Set<String> templates() {
        return files(TEMPLATES)
                .map(file -> TEMPLATES.relativize(file).toString())
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> found(Pattern pattern, Path folder) {
        return files(folder)
                .flatMap(file -> pattern.matcher(text(file)).results())
                .map(match -> match.group(1));
    }

    private static Stream<Path> files(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
