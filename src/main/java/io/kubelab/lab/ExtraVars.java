package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Assignments;
import io.kubelab.inventory.Words;
import io.kubelab.lab.Inputs.Extra;
import io.kubelab.lab.Inputs.InputFile;
import io.kubelab.settings.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code -e}, as Ansible has it: {@code @file}, a file's name, {@code key=value …}, or a mapping in
 * YAML or JSON.
 */
final class ExtraVars {
    /** Names of values that the process list and the lab's memory must not hold. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i).*(passw(or)?d|passphrase|secret|token|credential|api_?key).*|.*_pass");

    private final Documents documents;
    private final Problems problems;

    ExtraVars(Documents documents, Problems problems) {
        this.documents = documents;
        this.problems = problems;
    }

    /** Finds the files among the items of the command line. */
    List<Extra> resolve(List<String> items, List<Path> directories) {
        var extras = new ArrayList<Extra>();
        for (String item : items) {
            String text = item.strip();
            if (text.startsWith("@")) {
                file(text.substring(1), directories).ifPresent(extras::add);
            } else if (text.startsWith("{") || text.startsWith("[") || text.contains("=")) {
                extras.add(new Extra.Inline(text));
            } else {
                file(text, directories).ifPresent(extras::add);
            }
        }
        return extras;
    }

    private Optional<Extra> file(String name, List<Path> directories) {
        Optional<Path> found =
                directories.stream()
                        .map(d -> d.resolve(name).normalize())
                        .filter(Files::isRegularFile)
                        .findFirst();
        if (found.isEmpty()) {
            problems.add(
                    "-e " + name,
                    "there is no such file in the working directory, in the folder 'inventory' or beside the inventory; a value is written key=value");
        }
        return found.flatMap(path -> problems.attempt(() -> InputFile.of(path)))
                .map(Extra.OfFile::new);
    }

    /** The values of all items, later ones win. */
    Values read(List<Extra> extras) {
        Values all = Values.none();
        for (Extra extra : extras) {
            all =
                    all.plus(
                            switch (extra) {
                                case Extra.OfFile(InputFile file) -> ofFile(file.path());
                                case Extra.Inline(String text) -> inline(text);
                            });
        }
        return all;
    }

    private Values ofFile(Path file) {
        return values(problems.attempt(() -> documents.read(file)).orElse(List.of()));
    }

    private Values inline(String text) {
        if (text.startsWith("{") || text.startsWith("[")) {
            Values values =
                    values(problems.attempt(() -> documents.parse("-e", text)).orElse(List.of()));
            values.entries().forEach(this::refuseSecret);
            return values;
        }
        Values all = Values.none();
        try {
            for (Words.Word word : Words.of(text)) {
                all = all.plus(assignment(word.text()));
            }
        } catch (IllegalArgumentException e) {
            problems.add("-e " + text, String.valueOf(e.getMessage()));
        }
        return all;
    }

    private Values assignment(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            problems.add("-e " + text, "is not 'key=value'");
            return Values.none();
        }
        String key = text.substring(0, equals);
        if (SECRET.matcher(key).matches()) {
            refuseSecret(key, Mark.option("-e " + key));
            return Values.none();
        }
        Mark mark = Mark.option("-e " + text);
        Node value = new Assignments(documents, problems).value(text.substring(equals + 1), mark);
        int dot = key.indexOf('.');
        return Values.of(
                List.of(
                        dot < 0
                                ? new Entry(Scalar.text(key, mark), value)
                                : new Entry(
                                        Scalar.text(key.substring(0, dot), mark),
                                        new Mapping(
                                                List.of(
                                                        new Entry(
                                                                Scalar.text(
                                                                        key.substring(dot + 1),
                                                                        mark),
                                                                value)),
                                                mark))));
    }

    private void refuseSecret(Entry entry) {
        if (SECRET.matcher(entry.key().text()).matches()) {
            refuseSecret(entry.key().text(), entry.key().mark());
        } else if (entry.value() instanceof Mapping below) {
            below.entries().forEach(this::refuseSecret);
        }
    }

    private void refuseSecret(String key, Mark place) {
        problems.add(
                place,
                "'%s' looks like a secret, which everyone could read in the list of processes; put it into a file of mode 0600 and give that with -e @FILE"
                        .formatted(key));
    }

    private Values values(List<Node> documents) {
        Values all = Values.none();
        for (Node document : documents) {
            if (document instanceof Mapping mapping) {
                all = all.plus(Values.of(mapping.entries()));
            } else if (!(document instanceof Scalar s && s.isNull())) {
                problems.add(
                        document.mark(),
                        "extra variables are a mapping, 'key: value' lines, not "
                                + document.kind());
            }
        }
        return all;
    }
}
