package io.kubelab.cli;

import io.kubelab.adapter.console.FailureText;
import io.kubelab.adapter.console.Painter;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.console.Terminal;
import io.kubelab.failure.LabException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: finds the command, runs it, tells what went wrong. Options are made with
 * picocli's programmatic interface, and only for the command that was asked for: annotations would
 * double the time that {@code kubelab --help} takes.
 */
final class Program {
    private static final List<String> HELP = List.of("-h", "--help");

    private final List<Subcommand> commands;
    private final Workplace workplace;
    private final Streams streams;

    Program(List<Subcommand> commands, Workplace workplace, Streams streams) {
        this.commands = commands;
        this.workplace = workplace;
        this.streams = streams;
    }

    /** Returns the exit status. */
    int run(String... arguments) {
        int status = call(List.of(arguments));
        streams.out().flush();
        streams.err().flush();
        return status;
    }

    private int call(List<String> arguments) {
        List<Subcommand> meant = meant(arguments);
        if (meant.size() == 1 && Collections.disjoint(arguments, HELP)) {
            meant.getFirst().rehearsal().begin();
        }
        try {
            ParseResult parsed = parsed(meant, arguments);
            return parsed.hasSubcommand() ? command(parsed.subcommand()) : alone(parsed);
        } catch (ParameterException e) {
            return misunderstood(e);
        }
    }

    private static ParseResult parsed(List<Subcommand> meant, List<String> arguments) {
        CommandLine program = model(meant, arguments);
        return meant.size() == 1 && meant.getFirst() instanceof RemoteCommand
                ? RemoteCommand.parsed(program, arguments)
                : program.parseArgs(arguments.toArray(String[]::new));
    }

    /** The command that is called; all of them where none is, or none of them is meant. */
    private List<Subcommand> meant(List<String> arguments) {
        return arguments.stream()
                .limit(1)
                .flatMap(word -> commands.stream().filter(c -> c.name().equals(word)))
                .findFirst()
                .map(List::of)
                .orElse(commands);
    }

    /** The program was called without a command. */
    private int alone(ParseResult parsed) {
        if (parsed.isVersionHelpRequested()) {
            streams.out().println("kubelab " + version());
            return ExitCode.OK.status();
        }
        String usage = parsed.commandSpec().commandLine().getUsageMessage();
        if (parsed.isUsageHelpRequested()) {
            streams.out().print(usage);
            return ExitCode.OK.status();
        }
        streams.err().print(usage);
        return ExitCode.USAGE.status();
    }

    private int command(ParseResult parsed) {
        if (parsed.isUsageHelpRequested()) {
            streams.out().print(parsed.commandSpec().commandLine().getUsageMessage());
            return ExitCode.OK.status();
        }
        try {
            Subcommand command = (Subcommand) parsed.commandSpec().userObject();
            return command.run(new Invocation(parsed, workplace, streams, new SudoPassword()));
        } catch (LabException e) {
            tell(e);
            trace(e, parsed);
            return ExitCode.of(e).status();
        } catch (RuntimeException e) {
            streams.err().println("error: a defect of kubelab: " + e);
            streams.err()
                    .println(
                            "remedy: Running the same command again may get past it. Please report"
                                    + " it with the output of the same command with -v.");
            trace(e, parsed);
            return ExitCode.DEFECT.status();
        }
    }

    private void tell(LabException failure) {
        Painter painter = Terminal.ofError(streams.err(), workplace.environment()).painter();
        FailureText.lines(failure, painter).forEach(streams.err()::println);
    }

    private void trace(RuntimeException failure, ParseResult parsed) {
        if (parsed.hasMatchedOption(Options.VERBOSE)) {
            failure.printStackTrace(streams.err());
        }
    }

    private int misunderstood(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        streams.err().println("error: " + what(e));
        streams.err().println("Run '" + command.qualifiedName() + " --help' for what it takes.");
        return ExitCode.USAGE.status();
    }

    private static String what(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            String kind =
                    word.startsWith("-")
                            ? "option"
                            : e.getCommandLine().getParent() == null ? "command" : "argument";
            List<String> like = unmatched.getSuggestions();
            return "there is no %s '%s'%s"
                    .formatted(
                            kind,
                            word,
                            like.isEmpty()
                                    ? ""
                                    : ", did you mean '" + String.join("' or '", like) + "'?");
        }
        return String.valueOf(e.getMessage());
    }

    /**
     * @param mentioned names of the commands whose options are wanted, among other words
     */
    static CommandLine model(List<Subcommand> commands, List<String> mentioned) {
        CommandSpec root = CommandSpec.create().name("kubelab");
        root.usageMessage()
                .description(
                        "Makes Kubernetes labs for people who develop and test its networking.")
                .footer(
                        "",
                        "'kubelab up' makes a whole lab on this machine; 'kubelab COMMAND --help'"
                                + " tells more.");
        root.addOption(help());
        root.addOption(
                OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());
        for (Subcommand command : commands) {
            CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(command.name());
            spec.usageMessage().description(command.summary());
            if (mentioned.contains(command.name())) {
                spec.addOption(help());
                command.describe(spec);
            }
            root.addSubcommand(command.name(), spec);
        }
        return new CommandLine(root)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false);
    }

    private static OptionSpec help() {
        return OptionSpec.builder(HELP.toArray(String[]::new))
                .usageHelp(true)
                .description("Print this help.")
                .build();
    }

    static String version() {
        return Optional.ofNullable(Program.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }
}
