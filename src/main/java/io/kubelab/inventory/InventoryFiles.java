package io.kubelab.inventory;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads inventories and the {@code group_vars} and {@code host_vars} beside them. */
public final class InventoryFiles {
    private final Documents documents;
    private final Problems problems;
    private final InventoryDraft draft = new InventoryDraft();

    public InventoryFiles(Documents documents, Problems problems) {
        this.documents = documents;
        this.problems = problems;
    }

    /**
     * @param inventories INI, or YAML if the name ends so
     * @param directories further directories with group_vars/ and host_vars/; those beside the
     *     inventories win over them
     * @param defaults the file of defaults: no variables of an inventory, whatever its directory
     */
    public InventoryDraft read(List<Path> inventories, List<Path> directories, Path defaults) {
        inventories.forEach(this::inventory);
        Set<Path> places = new LinkedHashSet<>();
        directories.forEach(d -> places.add(d.toAbsolutePath().normalize()));
        inventories.forEach(i -> places.add(beside(i)));
        Path excluded = defaults.toAbsolutePath().normalize();
        for (Path place : places) {
            variables(place.resolve("group_vars"), excluded, Owner.GROUP);
            variables(place.resolve("host_vars"), excluded, Owner.HOST);
        }
        draft.check(problems);
        return draft;
    }

    private enum Owner {
        GROUP,
        HOST
    }

    private static Path beside(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private void inventory(Path file) {
        if (isYaml(file)) {
            problems.attempt(() -> documents.read(file))
                    .ifPresent(all -> all.forEach(new YamlInventory(draft, problems)::read));
        } else {
            problems.attempt(() -> SourceFile.read(file))
                    .ifPresent(source ->
                            new IniInventory(
                                            source,
                                            draft,
                                            new Assignments(documents, problems),
                                            problems)
                                    .read());
        }
    }

    private void variables(Path directory, Path excluded, Owner owner) {
        for (Path file : list(directory)) {
            if (Files.isDirectory(file)) {
                String name = String.valueOf(file.getFileName());
                list(file).forEach(part -> variablesOf(name, part, owner));
            } else if (!file.equals(excluded)) {
                variablesOf(stem(file), file, owner);
            }
        }
    }

    private void variablesOf(String name, Path file, Owner owner) {
        for (Node document : problems.attempt(() -> documents.read(file)).orElse(List.of())) {
            if (document instanceof Mapping mapping) {
                for (Node.Entry entry : mapping.entries()) {
                    switch (owner) {
                        case GROUP -> draft.groupVariable(name, entry);
                        case HOST -> draft.hostVariable(name, entry);
                    }
                }
            } else if (!(document instanceof Scalar s && s.isNull())) {
                problems.add(
                        document.mark(),
                        "a file of variables is a mapping, not " + document.kind());
            }
        }
    }

    /** Files in the order of their names, without hidden ones and editors' copies. */
    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            f -> {
                                String name = String.valueOf(f.getFileName());
                                return !name.startsWith(".")
                                        && !name.endsWith("~")
                                        && !name.endsWith(".md");
                            })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isYaml(Path file) {
        return String.valueOf(file.getFileName()).matches(".*\\.(ya?ml|json)");
    }

    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.(ya?ml|json)$", "");
    }
}
