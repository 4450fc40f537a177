package io.kubelab.playbook;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import io.kubelab.document.SourceFile;
import io.kubelab.document.Spelling;
import io.kubelab.playbook.WrittenPlay.WrittenStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a playbook and everything that it imports; a file that is imported twice counts once. */
final class PlaybookFiles {
    private static final List<String> KEYS =
            List.of("play", "hosts", "when", "after", "on", "steps");

    private static final String PREFLIGHT = "preflight";
    private static final List<String> KEYS_OF_PREFLIGHT =
            List.of(PREFLIGHT, "hosts", "when", "steps");

    private final Documents documents;
    private final Problems problems;
    private final List<WrittenPlay> plays = new ArrayList<>();
    private final Set<Path> read = new HashSet<>();
    private final Deque<Path> reading = new ArrayDeque<>();

    PlaybookFiles(Documents documents, Problems problems) {
        this.documents = documents;
        this.problems = problems;
    }

    /** The plays in the order in which they are written, an import's at the place of the import. */
    List<WrittenPlay> read(Path file) {
        add(file.normalize());
        return plays;
    }

    private void add(Path file) {
        if (!read.add(file)) {
            return;
        }
        reading.push(file);
        problems.attempt(() -> documents.read(file))
                .ifPresent(found -> {
                    Mark start = new Mark(SourceFile.shown(file), 1, 1);
                    if (found.size() == 1 && found.getFirst() instanceof Sequence entries) {
                        entries.items().forEach(entry -> entry(file, entry));
                    } else {
                        problems.add(start, "a playbook is one list of plays: '- play: …'");
                    }
                });
        reading.pop();
    }

    private void entry(Path file, Node entry) {
        if (!(entry instanceof Mapping mapping)) {
            problems.add(
                    entry.mark(),
                    "a play is a mapping, '- play: …' or '- import: …', not " + entry.kind());
        } else if (mapping.get("import").isPresent()) {
            imported(file, mapping);
        } else {
            play(mapping).ifPresent(plays::add);
        }
    }

    private void imported(Path file, Mapping mapping) {
        refuseOtherKeys(mapping, List.of("import"));
        text(mapping, "import")
                .ifPresent(name -> {
                    Path other = file.resolveSibling(name.text()).normalize();
                    if (reading.contains(other)) {
                        problems.add(name.mark(), "'" + name.text() + "' imports itself");
                    } else if (!Files.isRegularFile(other)) {
                        problems.add(
                                name.mark(),
                                "there is no playbook '%s' beside this one".formatted(name.text()));
                    } else {
                        add(other);
                    }
                });
    }

    private Optional<WrittenPlay> play(Mapping mapping) {
        boolean preflight = mapping.get(PREFLIGHT).isPresent();
        refuseOtherKeys(mapping, preflight ? KEYS_OF_PREFLIGHT : KEYS);
        Optional<Scalar> name = required(mapping, preflight ? PREFLIGHT : "play");
        Optional<Scalar> hosts = required(mapping, "hosts");
        List<WrittenStep> steps = steps(mapping);
        Optional<Mapping> when = Optional.empty();
        if (mapping.get("when").isPresent()) {
            Node written = mapping.get("when").get();
            if (written instanceof Mapping conditions) {
                when = Optional.of(conditions);
            } else {
                problems.add(
                        written.mark(),
                        "'when' is a mapping of settings to values, '{ domain_type: lxc }', not "
                                + written.kind());
            }
        }
        List<Scalar> after = after(mapping);
        Optional<Scalar> on =
                mapping.get("on").isPresent() ? text(mapping, "on") : Optional.empty();
        if (name.isEmpty() || hosts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new WrittenPlay(
                        preflight ? Play.Kind.PREFLIGHT : Play.Kind.WORK,
                        name.get(),
                        hosts.get(),
                        when,
                        after,
                        on,
                        steps,
                        mapping.mark()));
    }

    private List<Scalar> after(Mapping mapping) {
        Optional<Node> written = mapping.get("after");
        if (written.isEmpty()) {
            return List.of();
        }
        return switch (written.get()) {
            case Scalar one when !one.isNull() -> List.of(one);
            case Sequence several when !several.items().isEmpty() -> {
                var names = new ArrayList<Scalar>();
                for (Node item : several.items()) {
                    if (item instanceof Scalar name && !name.isNull()) {
                        names.add(name);
                    } else {
                        problems.add(item.mark(), "'after' names plays, not " + item.kind());
                    }
                }
                yield List.copyOf(names);
            }
            default -> {
                problems.add(
                        written.get().mark(),
                        "'after' names a play or several; leave it out if there is none");
                yield List.of();
            }
        };
    }

    private List<WrittenStep> steps(Mapping mapping) {
        Optional<Node> written = mapping.get("steps");
        if (written.isEmpty()) {
            problems.add(mapping.mark(), "missing key 'steps'");
            return List.of();
        }
        if (!(written.get() instanceof Sequence sequence) || sequence.items().isEmpty()) {
            problems.add(
                    written.get().mark(),
                    "'steps' is a list of steps, not "
                            + (written.get() instanceof Sequence ? "empty" : written.get().kind()));
            return List.of();
        }
        var steps = new ArrayList<WrittenStep>();
        sequence.items().forEach(item -> step(item).ifPresent(steps::add));
        return List.copyOf(steps);
    }

    private Optional<WrittenStep> step(Node item) {
        if (item instanceof Scalar name && !name.isNull()) {
            return Optional.of(new WrittenStep(name, new Mapping(List.of(), name.mark())));
        }
        if (item instanceof Mapping mapping && mapping.entries().size() == 1) {
            Entry only = mapping.entries().getFirst();
            if (only.value() instanceof Mapping arguments) {
                return Optional.of(new WrittenStep(only.key(), arguments));
            }
            if (only.value() instanceof Scalar s && s.isNull()) {
                return Optional.of(
                        new WrittenStep(only.key(), new Mapping(List.of(), only.key().mark())));
            }
        }
        problems.add(
                item.mark(),
                "a step is its name, '- kubelet', or its name and arguments,"
                        + " '- package: { names: [jq] }'");
        return Optional.empty();
    }

    private void refuseOtherKeys(Mapping mapping, List<String> known) {
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (!known.contains(key)) {
                problems.add(
                        entry.key().mark(),
                        "unknown key '" + key + "'" + Spelling.hint(key, known));
            }
        }
    }

    private Optional<Scalar> required(Mapping mapping, String key) {
        if (mapping.get(key).isEmpty()) {
            problems.add(mapping.mark(), "missing key '" + key + "'");
            return Optional.empty();
        }
        return text(mapping, key);
    }

    private Optional<Scalar> text(Mapping mapping, String key) {
        Node value = mapping.get(key).orElse(mapping);
        if (value instanceof Scalar scalar && !scalar.isNull()) {
            return Optional.of(scalar);
        }
        problems.add(value.mark(), "'" + key + "' must be text, not " + value.kind());
        return Optional.empty();
    }
}
