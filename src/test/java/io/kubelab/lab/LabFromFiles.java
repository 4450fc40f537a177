package io.kubelab.lab;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.AddressPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's files in a directory of their own, beside the shipped ones, and the lab that is read
 * from them.
 */
abstract class LabFromFiles {
    private static final Path SHIPPED = Path.of("inventory");

    @TempDir Path directory;

    final SnakeDocuments documents = new SnakeDocuments();

    @BeforeEach
    void home() throws IOException {
        Files.createDirectories(directory.resolve("home/inventory/group_vars"));
        for (String name :
                List.of(
                        "group_vars/all.yml",
                        "images.yml",
                        "virthost.inventory",
                        "multus-extravars.yml")) {
            Files.copy(SHIPPED.resolve(name), directory.resolve("home/inventory").resolve(name));
        }
        Files.createDirectories(directory.resolve("work"));
    }

    static AddressPlan plan(LoadedLab lab) {
        return AddressPlan.of(lab.lab().tag(), lab.lab().settings());
    }

    /** The first one is the control plane. */
    static String machines(String... names) {
        var list = new ArrayList<String>();
        for (String name : names) {
            list.add(
                    "{\"name\": \"%s\", \"node_type\": \"%s\"}"
                            .formatted(name, list.isEmpty() ? "master" : "nodes"));
        }
        return "{\"virtual_machines\": " + list + "}";
    }

    LoadedLab load() {
        return load(List.of());
    }

    LoadedLab load(List<String> inventories, String... extraVars) {
        return new LabLoader(documents)
                .load(request(inventories, List.of(extraVars), Optional.empty()));
    }

    List<String> problems(List<String> inventories, String... extraVars) {
        InvalidInput invalid =
                catchThrowableOfType(InvalidInput.class, () -> load(inventories, extraVars));
        return invalid.problems().stream()
                .map(p -> p.toString().replace(directory + "/", ""))
                .toList();
    }

    /** Where all.yml has a setting's value: file:line:col. */
    String placeOfDefault(String setting) {
        try {
            List<String> lines =
                    Files.readAllLines(directory.resolve("home/inventory/group_vars/all.yml"));
            int line =
                    IntStream.range(0, lines.size())
                            .filter(i -> lines.get(i).startsWith(setting + ": "))
                            .findFirst()
                            .orElseThrow();
            return "home/inventory/group_vars/all.yml:%d:%d"
                    .formatted(line + 1, setting.length() + 3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LabRequest request(List<String> inventories, List<String> extraVars, Optional<String> limit) {
        return new LabRequest(
                directory.resolve("home"),
                directory.resolve("work"),
                directory.resolve("user"),
                "amd64",
                directory.resolve("state"),
                directory.resolve("cache"),
                inventories,
                extraVars,
                limit);
    }

    void write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
