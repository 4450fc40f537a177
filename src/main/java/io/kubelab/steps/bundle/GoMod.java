package io.kubelab.steps.bundle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.stream.Stream;

/**
 * What we need of a go.mod file (<a href="https://go.dev/ref/mod#go-mod-file">Go Modules
 * Reference</a>): tools and required versions.
 *
 * @param local paths of directories that stand for other modules
 */
record GoMod(List<String> tools, List<Requirement> requirements, List<String> local) {
    /**
     * @param line counted from one
     */
    record Requirement(String module, String version, int line) {}

    static GoMod parse(String text) {
        var tools = new ArrayList<String>();
        var requirements = new ArrayList<Requirement>();
        var local = new ArrayList<String>();
        String block = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            int comment = line.indexOf("//");
            var tokens = new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
            List<String> words =
                    Stream.generate(tokens::nextToken).limit(tokens.countTokens()).toList();
            if (words.isEmpty()) {
                continue;
            }
            if (words.getLast().equals("(")) {
                block = words.getFirst();
            } else if (words.getFirst().equals(")")) {
                block = "";
            } else {
                String verb = block.isEmpty() ? words.getFirst() : block;
                List<String> rest = block.isEmpty() ? words.subList(1, words.size()) : words;
                if (verb.equals("tool")) {
                    tools.add(rest.getFirst());
                } else if (verb.equals("require") && rest.size() == 2) {
                    requirements.add(new Requirement(rest.get(0), rest.get(1), number));
                } else if (verb.equals("replace") && rest.getLast().matches("(/|\\.\\.?(/|$)).*")) {
                    local.add(rest.getLast());
                }
            }
        }
        return new GoMod(List.copyOf(tools), List.copyOf(requirements), List.copyOf(local));
    }

    /** The same at another version of what is built. */
    GoMod at(String version) {
        Optional<Requirement> before = built();
        return new GoMod(
                tools,
                requirements.stream()
                        .map(r ->
                                before.equals(Optional.of(r))
                                        ? new Requirement(r.module(), version, r.line())
                                        : r)
                        .toList(),
                local);
    }

    /** The module that the first tool is a package of. */
    Optional<Requirement> built() {
        return tools.stream()
                .findFirst()
                .flatMap(tool ->
                        requirements.stream()
                                .filter(r -> (tool + "/").startsWith(r.module() + "/"))
                                .max(Comparator.comparingInt(r -> r.module().length())));
    }
}
