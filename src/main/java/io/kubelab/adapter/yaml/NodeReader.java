package io.kubelab.adapter.yaml;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import io.kubelab.document.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Composes the events of one text. SnakeYAML's own composer would do, but it forgets which tags
 * were written and which it guessed, and lets duplicate keys pass.
 */
final class NodeReader {
    /** Deeper than any lab file; a stack overflow tells nobody where. */
    private static final int DEPTH = 100;

    private final String name;
    private final String text;
    private final Iterator<Event> events;
    private final Map<String, Node> anchors = new HashMap<>();
    private final Problems problems = new Problems();
    private int depth;

    NodeReader(String name, String text) {
        this.name = name;
        this.text = text;
        this.events =
                new Yaml(new LoaderOptions()).parse(new java.io.StringReader(text)).iterator();
    }

    /**
     * @throws io.kubelab.failure.InvalidInput with everything that is wrong with the text
     */
    List<Node> documents() {
        var documents = new ArrayList<Node>();
        try {
            while (events.hasNext()) {
                if (events.next() instanceof DocumentStartEvent) {
                    anchors.clear();
                    documents.add(node(events.next()));
                }
            }
        } catch (MarkedYAMLException e) {
            problems.add(
                    mark(e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark()),
                    Syntax.sentence(e));
        } catch (ReaderException e) {
            problems.add(
                    Syntax.place(name, text, e.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
        }
        problems.throwIfAny();
        return documents;
    }

    private Node node(Event event) {
        if (++depth > DEPTH) {
            problems.add(mark(event.getStartMark()), "is nested more than " + DEPTH + " deep");
            problems.throwIfAny();
        }
        Node node =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar);
                    case SequenceStartEvent start -> sequence(start);
                    case MappingStartEvent start -> mapping(start);
                    case AliasEvent alias -> alias(alias);
                    default -> throw new IllegalStateException("unexpected " + event);
                };
        depth--;
        if (event instanceof NodeEvent anchored
                && !(event instanceof AliasEvent)
                && anchored.getAnchor() != null) {
            anchors.put(anchored.getAnchor(), node);
        }
        return node;
    }

    private Scalar scalar(ScalarEvent event) {
        boolean text = "tag:yaml.org,2002:str".equals(event.getTag());
        if (!text) {
            refuseTag(event.getTag(), event);
        }
        return new Scalar(event.getValue(), text || !event.isPlain(), mark(event.getStartMark()));
    }

    private Sequence sequence(SequenceStartEvent start) {
        if (!"tag:yaml.org,2002:seq".equals(start.getTag())) {
            refuseTag(start.getTag(), start);
        }
        var items = new ArrayList<Node>();
        for (Event event = events.next(); !event.is(Event.ID.SequenceEnd); event = events.next()) {
            items.add(node(event));
        }
        return new Sequence(List.copyOf(items), mark(start.getStartMark()));
    }

    private Mapping mapping(MappingStartEvent start) {
        if (!"tag:yaml.org,2002:map".equals(start.getTag())) {
            refuseTag(start.getTag(), start);
        }
        var entries = new Entries(problems);
        for (Event event = events.next(); !event.is(Event.ID.MappingEnd); event = events.next()) {
            Node key = node(event);
            Node value = node(events.next());
            entries.add(key, value);
        }
        return new Mapping(entries.merged(), mark(start.getStartMark()));
    }

    /** An anchor is known from the end of its node on, so that none can contain itself. */
    private Node alias(AliasEvent alias) {
        Node meant = anchors.get(alias.getAnchor());
        if (meant == null) {
            problems.add(
                    mark(alias.getStartMark()),
                    "'*%s' stands for nothing: no '&%s' is complete before it"
                            .formatted(alias.getAnchor(), alias.getAnchor()));
            return Scalar.text("", mark(alias.getStartMark()));
        }
        return meant;
    }

    private void refuseTag(@Nullable String tag, Event event) {
        if (tag == null || tag.equals("!")) {
            return;
        }
        String shown = tag.replaceFirst("^tag:yaml.org,2002:", "!!");
        problems.add(
                mark(event.getStartMark()),
                "the tag '%s' is not used here; %s"
                        .formatted(
                                shown,
                                tag.equals("!vault")
                                        ? "kubelab doesn't read Ansible's vault, keep the value in a file of mode 0600"
                                        : "leave it out, the place of a value says what type it has"));
    }

    private Mark mark(org.yaml.snakeyaml.error.@Nullable Mark mark) {
        return mark == null
                ? new Mark(name, 1, 1)
                : new Mark(name, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
