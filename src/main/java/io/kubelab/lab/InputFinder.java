package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Problems;
import io.kubelab.document.SourceFile;
import io.kubelab.lab.Inputs.Extra;
import io.kubelab.lab.Inputs.InputFile;
import io.kubelab.lab.LabMemory.Remembered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which files a request is about: those of {@code -i}; else those that were remembered of
 * the lab that was set up last; else the shipped inventory. {@code -e} comes on top.
 */
final class InputFinder {
    private final LabMemory memory;
    private final Documents documents;
    private final Problems problems;
    private final List<String> notes = new ArrayList<>();

    InputFinder(LabMemory memory, Documents documents, Problems problems) {
        this.memory = memory;
        this.documents = documents;
        this.problems = problems;
    }

    Inputs find(LabRequest request) {
        List<Path> asked = inventories(request);
        Inputs known = known(request, asked);
        var directories = new ArrayList<Path>();
        directories.add(request.directory());
        directories.add(request.inventory());
        known.inventories().forEach(i -> directories.add(i.path().resolveSibling("")));
        List<Extra> given =
                new ExtraVars(documents, problems).resolve(request.extraVars(), directories);
        return known.plus(given);
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    /** What was remembered, for the user to see. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private Inputs known(LabRequest request, List<Path> asked) {
        Optional<Path> generated =
                asked.isEmpty() && request.inventories().isEmpty()
                        ? Optional.of(request.inventory().resolve(LabRequest.GENERATED_INVENTORY))
                        : asked.stream().filter(p -> LabMemory.labOf(p).isPresent()).findFirst();
        List<Path> own = asked.stream().filter(p -> LabMemory.labOf(p).isEmpty()).toList();
        if (own.isEmpty() && generated.isPresent()) {
            Optional<Inputs> remembered = recall(generated.get(), request);
            if (remembered.isPresent()) {
                return remembered.get();
            }
        }
        if (own.isEmpty() && !asked.isEmpty()) {
            problems.add(
                    "-i " + SourceFile.shown(asked.getFirst()),
                    "was generated for a lab of which nothing is remembered here; give the inventory and the extra variables that the lab was made from");
        }
        List<Path> inventories =
                own.isEmpty() && request.inventories().isEmpty()
                        ? List.of(request.inventory().resolve(LabRequest.SHIPPED_INVENTORY))
                        : own;
        return new Inputs(
                inventories.stream()
                        .flatMap(p -> problems.attempt(() -> InputFile.of(p)).stream())
                        .toList(),
                List.of());
    }

    private Optional<Inputs> recall(Path generated, LabRequest request) {
        Optional<String> lab = LabMemory.labOf(generated);
        if (lab.isEmpty()) {
            return ofHome(generated, request);
        }
        Optional<Remembered> remembered = memory.recall(lab.get());
        if (remembered.isEmpty()) {
            notes.add(
                    "%s names the lab '%s', of which nothing is remembered here; give its files with -i and -e"
                            .formatted(SourceFile.shown(generated), lab.get()));
            return Optional.empty();
        }
        return Optional.of(current(lab.get(), remembered.get().inputs()));
    }

    /** The lab of a home whose generated inventory somebody removed. */
    private Optional<Inputs> ofHome(Path generated, LabRequest request) {
        List<String> labs = problems.attempt(() -> memory.labs(request.home())).orElseGet(List::of);
        if (labs.size() > 1) {
            problems.add(
                    SourceFile.shown(generated),
                    "is gone, and it said which of the labs %s is meant; name that one's inventory with -i"
                            .formatted(String.join(", ", labs)));
        }
        return labs.size() == 1
                ? memory.recall(labs.getFirst()).map(r -> current(labs.getFirst(), r.inputs()))
                : Optional.empty();
    }

    /** The remembered inputs with the digests that the files have now. */
    private Inputs current(String lab, Inputs remembered) {
        notes.add("lab '%s': %s".formatted(lab, remembered.shown()));
        return new Inputs(
                remembered.inventories().stream().flatMap(f -> current(lab, f).stream()).toList(),
                remembered.extras().stream()
                        .flatMap(e ->
                                switch (e) {
                                    case Extra.Inline inline -> Optional.<Extra>of(inline).stream();
                                    case Extra.OfFile(InputFile file) ->
                                            current(lab, file)
                                                    .<Extra>map(Extra.OfFile::new)
                                                    .stream();
                                })
                        .toList());
    }

    private Optional<InputFile> current(String lab, InputFile remembered) {
        String name = SourceFile.shown(remembered.path());
        if (!Files.isRegularFile(remembered.path())) {
            problems.add(
                    name,
                    "the lab '%s' was made from this file, and it is gone; put it back, or say with -i and -e what the lab is made from now"
                            .formatted(lab));
            return Optional.empty();
        }
        Optional<InputFile> now = problems.attempt(() -> InputFile.of(remembered.path()));
        if (now.isPresent() && !now.get().equals(remembered)) {
            notes.add(name + " has changed since the lab was set up; it was read anew");
        }
        return now;
    }

    private List<Path> inventories(LabRequest request) {
        var found = new ArrayList<Path>();
        for (String name : request.inventories()) {
            List<Path> places =
                    List.of(request.directory().resolve(name), request.home().resolve(name));
            places.stream()
                    .map(Path::normalize)
                    .filter(Files::exists)
                    .findFirst()
                    .ifPresentOrElse(
                            path -> found.addAll(files(path)),
                            () -> problems.add("-i " + name, "there is no such inventory"));
        }
        return List.copyOf(found);
    }

    /** A directory stands for the inventories in it. */
    private List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (var files = Files.list(path)) {
            return files.filter(f -> Files.isRegularFile(f) && isInventory(f)).sorted().toList();
        } catch (IOException e) {
            problems.add("-i " + path, "can't be read: " + e.getMessage());
            return List.of();
        }
    }

    /** By its name, as Ansible's setting inventory_ignore_extensions has it. */
    private static boolean isInventory(Path file) {
        String name = String.valueOf(file.getFileName());
        return !name.startsWith(".")
                && !name.matches(".*(~|\\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))");
    }
}
