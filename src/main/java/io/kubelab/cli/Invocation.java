package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Format;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.console.Terminal;
import io.kubelab.adapter.console.Verbosity;
import io.kubelab.remote.Content;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * One call of a command.
 *
 * @param arguments those of the command itself
 * @param asked for sudo's password, by whatever needs it first
 */
record Invocation(ParseResult arguments, Workplace workplace, Streams streams, SudoPassword asked) {
    Optional<String> option(String name) {
        return Optional.ofNullable(arguments.matchedOptionValue(name, null));
    }

    List<String> options(String name) {
        return arguments.matchedOptionValue(name, List.of());
    }

    boolean has(String name) {
        return arguments.hasMatchedOption(name);
    }

    /** The arguments that are not options. */
    List<String> positionals() {
        return arguments.matchedPositionals().stream()
                .flatMap(p -> p.stringValues().stream())
                .toList();
    }

    /** The argument that help calls so. */
    Optional<String> labelled(String label) {
        return arguments.matchedPositionals().stream()
                .filter(p -> p.paramLabel().equals(label))
                .flatMap(p -> p.stringValues().stream())
                .findFirst();
    }

    Optional<Content.Secret> sudoPassword() {
        return asked.of(this);
    }

    Path home() {
        return workplace.home(option(Options.HOME));
    }

    Format format() {
        return arguments.matchedOptionValue(Options.OUTPUT, Format.TEXT);
    }

    /** Where the work is told about. */
    Terminal terminal() {
        return Terminal.ofError(streams.err(), workplace.environment());
    }

    Verbosity verbosity() {
        return has(Options.VERBOSE) ? Verbosity.VERBOSE : Verbosity.NORMAL;
    }
}
