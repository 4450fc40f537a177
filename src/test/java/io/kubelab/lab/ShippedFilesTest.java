package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The inventories and extra variables that a user finds in {@code inventory/} make labs. */
class ShippedFilesTest {
    private static final Path HOME = Path.of("").toAbsolutePath();

    @TempDir Path directory;

    @TestFactory
    Stream<DynamicTest> shippedFilesMakeLabsWithoutAWarning() throws IOException {
        var tests = Stream.<DynamicTest>builder();
        try (Stream<Path> files = Files.walk(HOME.resolve("inventory"), 2)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = HOME.relativize(file).toString();
                if (name.contains("_vars/")
                        || name.endsWith(".generated")
                        || name.endsWith("images.yml")) {
                    continue;
                }
                boolean inventory = name.endsWith(".inventory") || name.endsWith("remote.yml");
                // an example for -e may belong to an inventory of the same name
                Path own = Path.of(file.toString().replaceFirst("\\.yml$", ".inventory"));
                String made =
                        inventory
                                ? file.toString()
                                : Files.exists(own)
                                        ? own.toString()
                                        : "inventory/virthost.inventory";
                tests.add(
                        DynamicTest.dynamicTest(
                                name,
                                () ->
                                        makesALab(
                                                made,
                                                inventory ? List.of() : List.of(file.toString()))));
            }
        }
        return tests.build();
    }

    private void makesALab(String inventory, List<String> extras) {
        LoadedLab lab =
                new LabLoader(new SnakeDocuments())
                        .load(
                                new LabRequest(
                                        HOME,
                                        directory,
                                        directory,
                                        "amd64",
                                        directory.resolve("state"),
                                        directory.resolve("cache"),
                                        List.of(inventory),
                                        extras,
                                        Optional.empty()));
        assertThat(lab.warnings()).isEmpty();
        assertThat(lab.lab().inventory().nodes()).isNotEmpty();
    }
}
