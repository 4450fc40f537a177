package io.kubelab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * A command that runs another one on a host: {@code [OPTIONS] HOST [OPTIONS] [--] [COMMAND]}. As
 * with ssh(1), what comes after the command's first word is the command's.
 */
interface RemoteCommand extends Subcommand {
    /**
     * Reads a command line, with options that stand behind the host as well as before it: picocli
     * stops at the first word that is none, so that options of {@code COMMAND} are left alone.
     *
     * @param program the model with such a command
     * @param arguments of the program
     * @throws picocli.CommandLine.ParameterException if they are not understood
     */
    static ParseResult parsed(CommandLine program, List<String> arguments) {
        ParseResult first = program.parseArgs(arguments.toArray(String[]::new));
        List<String> words = words(first);
        if (words.size() < 2 || words.get(1).equals("--") || !words.get(1).startsWith("-")) {
            return first;
        }
        return program.parseArgs(hostLast(program, arguments, words).toArray(String[]::new));
    }

    /** The same with these options before the host. */
    private static List<String> hostLast(
            CommandLine program, List<String> arguments, List<String> words) {
        String host = words.getFirst();
        var moved = new ArrayList<>(arguments.subList(0, arguments.size() - words.size()));
        moved.addAll(words.subList(1, words.size()));
        List<String> command =
                words(
                        program.parseArgs(
                                Stream.concat(moved.stream(), Stream.of(host))
                                        .toArray(String[]::new)));
        moved.add(moved.size() + 1 - command.size(), host);
        return moved;
    }

    private static List<String> words(ParseResult parsed) {
        return parsed.subcommand().matchedPositionals().stream()
                .flatMap(p -> p.stringValues().stream())
                .toList();
    }
}
