package io.kubelab.inventory;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.SourceFile;
import io.kubelab.document.Spelling;
import io.kubelab.inventory.Words.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ansible's INI inventory: {@code host key=value …}, {@code [group]}, {@code [group:children]},
 * {@code [group:vars]}, ranges such as {@code node[1:3]}.
 */
final class IniInventory {
    private static final Pattern SECTION =
            Pattern.compile("\\[\\s*([^:\\]\\s]+)\\s*(?::\\s*(\\w+)\\s*)?]\\s*(?:[#;].*)?");
    private static final Pattern WITH_PORT = Pattern.compile("([^:]+):(\\d+)");
    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([^=\\s]+)\\s*=\\s*(.*?)\\s*");
    private static final List<String> KINDS = List.of("hosts", "children", "vars");

    private final SourceFile file;
    private final InventoryDraft draft;
    private final Assignments assignments;
    private final Problems problems;

    /** Sections of children and vars need their group to exist somewhere in the file. */
    private final Map<String, Mark> used = new HashMap<>();

    private String group = Inventory.UNGROUPED;
    private String kind = "hosts";

    IniInventory(
            SourceFile file, InventoryDraft draft, Assignments assignments, Problems problems) {
        this.file = file;
        this.draft = draft;
        this.assignments = assignments;
        this.problems = problems;
    }

    void read() {
        List<String> lines = file.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("#") && !content.startsWith(";")) {
                line(line, new Mark(file.name(), i + 1, line.indexOf(content) + 1));
            }
        }
        used.forEach((name, mark) -> {
            if (!name.equals("all") && !draft.groups().containsKey(name)) {
                problems.add(
                        mark,
                        "there is no group '%s'%s"
                                .formatted(name, Spelling.hint(name, draft.groups().keySet())));
            }
        });
    }

    private void line(String line, Mark mark) {
        if (line.strip().startsWith("[")) {
            section(line.strip(), mark);
            return;
        }
        switch (kind) {
            case "vars" -> variable(line, mark);
            case "children" -> words(line, mark).forEach(word -> child(word, mark));
            case "hosts" -> host(line, mark);
            default -> {
                // its header was a problem already
            }
        }
    }

    private void section(String line, Mark mark) {
        Matcher section = SECTION.matcher(line);
        if (!section.matches()) {
            problems.add(mark, "a section is '[group]', '[group:children]' or '[group:vars]'");
            kind = "";
            return;
        }
        group = section.group(1);
        kind = section.group(2) == null ? "hosts" : section.group(2);
        if (!KINDS.contains(kind)) {
            problems.add(
                    mark,
                    "there is no section '[%s:%s]'%s"
                            .formatted(group, kind, Spelling.hint(kind, KINDS)));
        } else if (kind.equals("vars")) {
            used.putIfAbsent(group, mark);
        } else {
            draft.group(group, mark);
        }
    }

    private void child(Word word, Mark mark) {
        Mark place = new Mark(file.name(), mark.line(), word.column());
        used.putIfAbsent(word.text(), place);
        draft.child(group, word.text(), place);
    }

    private void variable(String line, Mark mark) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        if (!assignment.matches()) {
            problems.add(mark, "a line of '[%s:vars]' is 'key=value'".formatted(group));
            return;
        }
        Mark place = new Mark(file.name(), mark.line(), assignment.start(2) + 1);
        draft.groupVariable(
                group,
                new Entry(
                        Scalar.text(assignment.group(1), mark),
                        assignments.value(unquoted(assignment.group(2)), place)));
    }

    private void host(String line, Mark mark) {
        List<Word> words = words(line, mark);
        if (words.isEmpty()) {
            return;
        }
        for (String written : names(words.getFirst().text(), mark)) {
            Matcher port = WITH_PORT.matcher(written);
            String name = port.matches() ? port.group(1) : written;
            draft.host(name, group, mark);
            if (port.matches()) {
                draft.hostVariable(
                        name,
                        new Entry(
                                Scalar.text("ansible_port", mark),
                                Scalar.text(port.group(2), mark)));
            }
            words.stream().skip(1).forEach(word -> hostVariable(name, word, mark));
        }
    }

    private void hostVariable(String host, Word word, Mark mark) {
        Mark place = new Mark(file.name(), mark.line(), word.column());
        int equals = word.text().indexOf('=');
        if (equals < 1) {
            problems.add(
                    place,
                    "after a host's name come its variables, 'key=value', not '%s'"
                            .formatted(word.text()));
            return;
        }
        Mark value = new Mark(file.name(), mark.line(), word.column() + equals + 1);
        draft.hostVariable(
                host,
                new Entry(
                        Scalar.text(word.text().substring(0, equals), place),
                        assignments.value(word.text().substring(equals + 1), value)));
    }

    private List<String> names(String pattern, Mark mark) {
        try {
            return HostRange.names(pattern);
        } catch (IllegalArgumentException e) {
            problems.add(mark, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private List<Word> words(String line, Mark mark) {
        try {
            return Words.of(line);
        } catch (IllegalArgumentException e) {
            problems.add(mark, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** Ansible reads the value of a group as a Python literal: quotes around all of it go away. */
    private static String unquoted(String value) {
        return value.length() > 1
                        && (value.startsWith("'") || value.startsWith("\""))
                        && value.indexOf(value.charAt(0), 1) == value.length() - 1
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
