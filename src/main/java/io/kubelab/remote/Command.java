package io.kubelab.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A command as data: what a POSIX {@code sh} shall run. This class alone quotes; nothing else in
 * kubelab makes a shell word.
 *
 * @param parts the commands, each an argv, run one after the other as long as each succeeds ({@code
 *     &&})
 * @param environment variables set for all of them
 * @param directory working directory, or empty for the login directory
 * @param input bytes-as-text for the standard input; empty: {@code /dev/null}
 */
public record Command(
        List<List<Word>> parts, Map<String, String> environment, String directory, Content input) {
    /**
     * One argument; a secret one is sent as it is and shown as {@code ***}. Arguments are seen by
     * every user of a host: prefer {@link #withInput} for secrets.
     */
    public record Word(String text, boolean secret) {}

    public Command {
        parts = List.copyOf(parts);
        environment = Map.copyOf(new TreeMap<>(environment));
    }

    public static Command of(String program, String... arguments) {
        var words = new ArrayList<Word>();
        words.add(new Word(program, false));
        for (String argument : arguments) {
            words.add(new Word(argument, false));
        }
        return new Command(List.of(List.copyOf(words)), Map.of(), "", Content.NONE);
    }

    public static Command of(List<String> argv) {
        return new Command(
                List.of(argv.stream().map(a -> new Word(a, false)).toList()),
                Map.of(),
                "",
                Content.NONE);
    }

    /** This, and if it succeeds {@code next}. */
    public Command then(Command next) {
        var all = new ArrayList<>(parts);
        all.addAll(next.parts);
        return new Command(all, environment, directory, input);
    }

    /** This, taken for a success whatever its status: for what may be so already. */
    public Command regardless() {
        return of("sh", "-c", script() + "; true");
    }

    /** This; should it fail, {@code tidying} is run too, and it has failed all the same. */
    public Command tidied(Command tidying) {
        return of(
                        "sh",
                        "-c",
                        "%s || { status=$?; %s; exit $status; }"
                                .formatted(script(), tidying.script()))
                .withInput(input);
    }

    public Command withEnvironment(Map<String, String> variables) {
        var all = new TreeMap<>(environment);
        all.putAll(variables);
        return new Command(parts, all, directory, input);
    }

    public Command in(String workingDirectory) {
        return new Command(parts, environment, workingDirectory, input);
    }

    public Command withInput(Content text) {
        return new Command(parts, environment, directory, text);
    }

    /** The text that {@code sh} reads. Standard input is not part of it. */
    public String script() {
        var script = new StringBuilder();
        if (!directory.isEmpty()) {
            script.append("cd ").append(quote(directory)).append(" && ");
        }
        new TreeMap<>(environment)
                .forEach((name, value) ->
                        script.append("export ")
                                .append(name)
                                .append('=')
                                .append(quote(value))
                                .append(" && "));
        return script.append(
                        parts.stream()
                                .map(argv ->
                                        argv.stream()
                                                .map(w -> quote(w.text()))
                                                .collect(Collectors.joining(" ")))
                                .collect(Collectors.joining(" && ")))
                .toString();
    }

    /**
     * For people: pasteable into a shell but for masked secrets; environment and directory are left
     * out.
     */
    public String shown() {
        return parts.stream()
                .map(argv ->
                        argv.stream()
                                .map(w -> w.secret() ? "***" : quote(w.text()))
                                .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" && "));
    }

    @Override
    public String toString() {
        return shown();
    }

    /** One word for {@code sh} (POSIX Shell Command Language, 2.2.2 single-quotes). */
    public static String quote(String word) {
        boolean plain =
                !word.isEmpty()
                        && word.chars()
                                .allMatch(c ->
                                        c < 128
                                                && (Character.isLetterOrDigit(c)
                                                        || "%+,-./:=@_".indexOf(c) >= 0));
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
