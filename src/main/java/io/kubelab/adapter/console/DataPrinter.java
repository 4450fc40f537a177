package io.kubelab.adapter.console;

import java.io.PrintStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a command was asked for, on standard output: for eyes, or for programs. */
public final class DataPrinter {
    private final PrintStream stream;
    private final Format format;

    /** For whom it is. */
    public enum Format {
        /** Columns, as kubectl prints them. */
        TEXT,
        /** A JSON array with an object per row; keys are the column names in snake_case. */
        JSON
    }

    /**
     * @param columns their names, in capitals by custom
     * @param rows as many cells each as there are columns
     */
    public record Table(List<String> columns, List<List<String>> rows) {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            "%d cells for %d columns: %s"
                                    .formatted(row.size(), columns.size(), row));
                }
            }
        }
    }

    /**
     * One of several tables.
     *
     * @param name its key in JSON
     */
    public record Section(String name, Table table) {}

    public DataPrinter(PrintStream stream, Format format) {
        this.stream = stream;
        this.format = format;
    }

    public void print(Table table) {
        switch (format) {
            case TEXT -> text(table);
            case JSON -> stream.println(json(table));
        }
        stream.flush();
    }

    /**
     * Several tables: one below the other, without those that have no rows; in JSON an object with
     * an array for each.
     */
    public void print(List<Section> sections) {
        switch (format) {
            case TEXT -> {
                String gap = "";
                for (Section section : sections) {
                    if (!section.table().rows().isEmpty()) {
                        stream.print(gap);
                        text(section.table());
                        gap = System.lineSeparator();
                    }
                }
            }
            case JSON -> stream.println(json(sections));
        }
        stream.flush();
    }

    private void text(Table table) {
        var all = new ArrayList<List<String>>();
        all.add(table.columns());
        all.addAll(table.rows());
        int[] widths = new int[table.columns().size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        Arrays.setAll(widths, i -> i == widths.length - 1 ? 0 : widths[i] + 2);
        for (List<String> row : all) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(' ', Math.max(0, widths[i] - row.get(i).length()));
            }
            stream.println(line.toString().stripTrailing());
        }
    }

    private static String json(Table table) {
        var text = new StringWriter();
        try (JsonGenerator out =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            write(table, out);
        }
        return text.toString();
    }

    private static String json(List<Section> sections) {
        var text = new StringWriter();
        try (JsonGenerator out =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            for (Section section : sections) {
                out.writeName(section.name());
                write(section.table(), out);
            }
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void write(Table table, JsonGenerator out) {
        out.writeStartArray();
        for (List<String> row : table.rows()) {
            out.writeStartObject();
            for (int i = 0; i < row.size(); i++) {
                out.writeStringProperty(
                        table.columns()
                                .get(i)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^a-z0-9]+", "_"),
                        row.get(i));
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
