package io.kubelab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command that runs another one on a host: {@code [OPTIONS] HOST [OPTIONS] [--] [COMMAND]}. As
 * with ssh(1), what comes after the command's first word is the command's.
 */
interface RemoteCommand extends Subcommand {
    /**
     * Adds what such a command line has.
     *
     * @param where label and description of where it runs
     * @param command arity and description of what runs there
     */
    static void describe(
            CommandSpec spec,
            PositionalParamSpec.Builder where,
            PositionalParamSpec.Builder command) {
        spec.addPositional(where.index("0").arity("1").required(true).type(String.class).build());
        spec.addPositional(
                command.index("1..*")
                        .paramLabel("COMMAND")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .build());
        spec.parser().stopAtPositional(true);
        LabOptions.describe(spec);
    }

    /** The words of {@code COMMAND}. */
    static List<String> command(Invocation invocation) {
        return invocation.positionals().stream().skip(1).dropWhile("--"::equals).toList();
    }

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
        List<String> command;
        try {
            command =
                    words(
                            program.parseArgs(
                                    Stream.concat(moved.stream(), Stream.of(host))
                                            .toArray(String[]::new)));
        } catch (MissingParameterException e) {
            throw wantedValue(program, moved).orElse(e);
        }
        moved.add(moved.size() + 1 - command.size(), host);
        return moved;
    }

    /** Of the last option, which has taken the host for its value. */
    private static Optional<MissingParameterException> wantedValue(
            CommandLine program, List<String> withoutHost) {
        try {
            program.parseArgs(withoutHost.toArray(String[]::new));
            return Optional.empty();
        } catch (MissingParameterException e) {
            return Optional.of(e)
                    .filter(missing -> missing.getMissing().stream().anyMatch(ArgSpec::isOption));
        }
    }

    private static List<String> words(ParseResult parsed) {
        return parsed.subcommand().matchedPositionals().stream()
                .flatMap(p -> p.stringValues().stream())
                .toList();
    }
}
