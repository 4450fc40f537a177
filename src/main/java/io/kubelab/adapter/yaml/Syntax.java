package io.kubelab.adapter.yaml;

import io.kubelab.document.Node.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says syntax errors in the user's words. */
final class Syntax {
    private Syntax() {}

    static String sentence(MarkedYAMLException error) {
        String problem = String.valueOf(error.getProblem());
        return "this is not YAML: "
                + (error.getContext() == null ? "" : error.getContext() + ", ")
                + problem
                + remedy(problem);
    }

    private static String remedy(String problem) {
        if (problem.startsWith("mapping values are not allowed")) {
            return "; indent like the lines around it, and put a value that contains ': ' in quotes";
        }
        if (problem.contains("TAB")) {
            return "";
        }
        if (problem.startsWith("expected <block end>")) {
            return "; the indentation of this line fits none of the lines above";
        }
        return "";
    }

    static Mark place(String name, String text, int index) {
        String before = text.substring(0, Math.min(index, text.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Mark(name, line, before.length() - before.lastIndexOf('\n'));
    }
}
