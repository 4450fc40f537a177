package io.kubelab.steps.bundle;

import io.kubelab.step.Fact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/**
 * The packages of a dpkg status file (deb822, dpkg(1)): lines of name, architecture and version,
 * sorted.
 */
public record InstalledVersions(Path status) implements Fact.OfWorkstation<String> {
    @Override
    public String read(Workstation workstation) {
        try {
            return parse(Files.readString(status));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String parse(String text) {
        var lines = new TreeSet<String>();
        for (String paragraph : text.split("\n\n", -1)) {
            if (field(paragraph, "Status").endsWith(" installed")) {
                lines.add(
                        field(paragraph, "Package")
                                + " "
                                + field(paragraph, "Architecture")
                                + " "
                                + field(paragraph, "Version")
                                + "\n");
            }
        }
        return String.join("", lines);
    }

    private static String field(String paragraph, String name) {
        return paragraph
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .map(line -> line.substring(name.length() + 2).strip())
                .orElse("");
    }
}
